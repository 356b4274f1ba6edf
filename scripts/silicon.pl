# scripts/silicon.pl [--markdown FILE] TAKT DATA: what scripts/silicon does once takt is built. Needs perl-base only.
use strict;
use warnings;
use File::Temp qw(tempdir);
use List::Util qw(first max sum0);

# What a simulator must beat: relative least squares fits over w8a8 CNNs of one chip, best runtime each. Microseconds,
# and microseconds per GMAC, layer and million parameters (the figures of the data's own description).
my @gen2_fit = (12, 94.2, 1.83, 6.6);
my @gen3_fit = (8, 68.8, 1.24, 5.9);

# Chips of the data that a preset stands for; QCS8550 is the same silicon as 8 Gen 2 (338 pairs of graphs: within 3 %).
my %gen2 = (name => '8 Gen 2', soc => 'snapdragon-8-gen-2-like', set => []);
my %chips = (
  'Snapdragon 8 Gen 2'      => {%gen2, regression => \@gen2_fit},
  'QCS8550 (8 Gen 2 class)' => {%gen2, regression => \@gen2_fit},
  'Snapdragon 8 Gen 3'      => {name => '8 Gen 3', soc => 'snapdragon-8-gen-3-like', set => [], regression => \@gen3_fit},
  'Exynos 2400'             => {name => 'Exynos 2400', soc => 'exynos-llw-like', set => ['npu.memory=lpddr5x']},
);

# The one deployed stack that has a preset. Every published latency holds a stack; only AI Hub's rows hold this one.
my $stack = 'qnn-2024-like';

# takt's name of a published precision.
my %precisions = (w8a8 => 'w8a8', w8a16 => 'w8a16', w4a16 => 'w4a16', float => 'fp16');

# AI Hub's models, where a component is deployed alone with its name, by the zoo's names; the others have the zoo's name.
my %zoo_names = (
  'llama_v2_7b_chat Llama-v2-7B-Chat'                                  => 'llama-2-7b',
  'llama_v2_7b_chat_quantized Llama-TokenGenerator-KVCache-Quantized'  => 'llama-2-7b',
  'llama_v2_7b_chat_quantized Llama2-TokenGenerator-KVCache-Quantized' => 'llama-2-7b',
  'mobile_bert_uncased_google'         => 'mobilebert',
  'quicksrnetmedium'                   => 'quicksrnet_medium',
  'shufflenet_v2'                      => 'shufflenet_v2_x0_5',
  'stable_diffusion_v1_5 text_encoder' => 'stable_diffusion_v1_5_text_encoder',
  'stable_diffusion_v1_5 unet'         => 'stable_diffusion_v1_5_unet',
  'vit'                                => 'vit_b_16',
  'whisper_tiny_en WhisperDecoderInf'  => 'whisper_tiny_decoder',
  'yolov8_det'                         => 'yolov8n',
);

# MLPerf's rows by the beginning of their model: graphs of that network, the submitted one first.
my %mlperf_graphs = (
  'MobileNetEdgeTPU-224 u8' => ['mlperf_mobile_mobilenet_edgetpu_224_uint8.tflite', 'mobilenet_edgetpu'],
  'EDSR f32b5'              => ['mlperf_mobile_edsr_f32b5_int8.tflite', 'edsr'],
);

# Graphs worth a look beside a row, never scored.
my @related = (
  ['mobilenet_v2',  'tflm_mobilenet_v2_int8_224.tflite',                'same network, another conversion'],
  ['EDSR f32b5',    'mlperf_mobile_edsr_f32b5_qat.tflite',              'same network, uint8 at the edges'],
  ['MOSAIC-512 u8', 'mlperf_mobile_segmenter_r3_uint8.tflite',          'same family, another network'],
  ['MOSAIC-512 u8', 'mlperf_mobile_deeplabv3_mnv2_ade20k_uint8.tflite', 'same task, another network'],
);

# Closed loop; the first finds cold caches, the others are equal to a few ns.
sub requests_of {
  my ($row) = @_;
  return $row->{us} > 20000 ? 3 : 10;
}

# Reading -------------------------------------------------------------------------------------------------------------

sub lines_of {
  my ($path) = @_;
  open my $file, '<', $path or die "silicon: $path: $!\n";
  my @lines = <$file>;
  chomp @lines;
  return @lines;
}

sub csv_fields {
  my ($line) = @_;
  my @fields;
  while ($line =~ /\G(?:"([^"]*)"|([^,]*))(,|$)/g) {
    push @fields, $1 // $2;
    last if $3 eq '';
  }
  return @fields;
}

sub csv_rows {
  my ($path) = @_;
  my ($header, @lines) = lines_of($path);
  my @names = csv_fields($header);
  return map { my %row; @row{@names} = csv_fields($_); \%row } @lines;
}

# The part of JSON that results.json uses. Consumes the text it is given.
sub json_value {
  my ($text) = @_;
  $$text =~ s/^\s+//;
  if ($$text =~ s/^\{\s*//) {
    my %object;
    while ($$text =~ s/^"([^"]*)":\s*//) {
      my $key = $1;
      $object{$key} = json_value($text);
      $$text =~ s/^\s*,?\s*//;
    }
    $$text =~ s/^\}//;
    return \%object;
  }
  if ($$text =~ s/^\[\s*//) {
    my @array;
    until ($$text =~ s/^\s*\]//) {
      push @array, json_value($text);
      $$text =~ s/^\s*,?\s*//;
    }
    return \@array;
  }
  return $1 if $$text =~ s/^"([^"]*)"//;
  $$text =~ s/^([^\s,\]\}]+)// or die "silicon: unreadable results.json\n";
  return $1 eq 'null' ? undef : $1;
}

# Rows of the data, in one form --------------------------------------------------------------------------------------

sub aihub_rows {
  my ($data) = @_;
  my $number = 1;
  return map {
    my $row = $_;
    my $part = first { $zoo_names{$_} } "$row->{model} $row->{component}", $row->{model};
    my $token = $row->{tokens_per_second};
    {
      source => 'aihub:' . ++$number, kind => $row->{kind}, model => $part // $row->{model}, chip => $row->{chipset},
      precision => $row->{precision} =~ s/^uint16$/w4a16/r,  # what the card of these language models says
      runtime => $row->{runtime}, us => $token ? 1e6 / $token : $row->{inference_time_us}, measure => 'p50',
      gmac => $row->{gmacs}, layers => $row->{layers_npu}, mparams => mparams($row->{params}),
      graphs => [$part ? $zoo_names{$part} : $row->{model}],
    }
  } csv_rows("$data/silicon/aihub_calibration.csv");
}

sub mparams {
  my ($text) = @_;
  return undef unless $text =~ /^([\d.]+)([KMB])$/;
  return $1 * {K => 1e-3, M => 1, B => 1e3}->{$2};
}

# In SingleStream rows the latency is the 90th percentile.
sub mlperf_rows {
  my ($data) = @_;
  my $number = 1;
  return map {
    my $row = $_;
    my $name = first { index($row->{model}, $_) == 0 } sort keys %mlperf_graphs;
    {
      source => 'mlperf:' . ++$number, kind => $row->{suite} eq 'MLPerf Tiny' ? 'tiny' : 'model',
      model => $row->{model} =~ s/ \(.*//r, chip => $row->{soc}, us => $row->{p90_latency_us}, measure => 'p90',
      precision => $row->{model} =~ /\b[ui]8\b/ ? 'w8a8' : '?', runtime => $row->{scenario},
      graphs => $name ? $mlperf_graphs{$name} : [],
    }
  } csv_rows("$data/silicon/mlperf_calibration.csv");
}

# Why a row cannot be compared, or nothing. `$graph` finds a graph for a name.
sub why_not {
  my ($row, $graph) = @_;
  return 'language models'                            if $row->{kind} eq 'llm' && !grep { $graph->($_) } @{$row->{graphs}};
  return 'always-on engine of another chip'           if $row->{kind} eq 'tiny';
  return 'no preset for the chip'                     if !$chips{$row->{chip}};
  return 'throughput, not latency'                    if !$row->{us};
  return 'precision not stated'                       if $row->{precision} eq '?';
  return 'precision that takt has not'                if !$precisions{$row->{precision}};
  return 'neither a network of the zoo nor a file'    if !grep { $graph->($_) } @{$row->{graphs}};
  return;
}

sub label {
  my ($row) = @_;
  return "$row->{model} $row->{precision} $row->{chip}" =~ s/ \?| \(8 Gen 2 class\)|Snapdragon //gr;
}

# Simulating ---------------------------------------------------------------------------------------------------------

my $scratch = tempdir(CLEANUP => 1);

# A file has a precision of its own.
sub precision_of {
  my ($row, $graph) = @_;
  return $graph =~ m{[./]} ? () : ('--precision', $precisions{$row->{precision}});
}

sub simulate {
  my ($takt, $row, $graph, $software) = @_;
  my $chip = $chips{$row->{chip}};
  my @set = map { ('--set', $_) } @{$chip->{set}}, "software.preset=$software";
  my @command = ($takt, 'run', '--model', $graph, precision_of($row, $graph), '--soc', $chip->{soc},
           '--requests', requests_of($row), @set, '--trace-level', 'off', '--quiet', '-o', "$scratch/run");
  system(@command) == 0 or die "silicon: failed: @command\n";
  my $text = join "\n", lines_of("$scratch/run/results.json");
  return json_value(\$text);
}

# Share of the latency during which each was busy; they overlap.
sub dominant {
  my ($result) = @_;
  my $stream = $result->{streams}[0];
  my $total = $stream->{latency_us}{mean} * $stream->{requests}{completed};
  my $use = $result->{npu}{utilization};
  my $calls = $stream->{software_us_per_request} * $stream->{requests}{completed};
  my %share = (
    tensor => $use->{tensor}, vector => $use->{vector}, dma => max($use->{dma_in}, $use->{dma_out}),
    software => ($calls + $result->{npu}{software_overhead_us}) / $total,
    cpu => sum0(map { $_->{time_us} } @{$result->{cpu}{fallback}}) / $total,
  );
  my $name = (sort { $share{$b} <=> $share{$a} || $a cmp $b } keys %share)[0];
  return sprintf '%s %.0f %%', $name, 100 * $share{$name};
}

# GMAC, layers and million parameters (one byte each) of a graph as takt compiles it.
sub size_of {
  my ($takt, $row, $graph) = @_;
  open my $pipe, '-|', $takt, 'compile', $graph, precision_of($row, $graph) or die "silicon: $takt: $!\n";
  my @lines = <$pipe>;
  close $pipe or die "silicon: failed: $takt compile $graph\n";
  my ($macs, $bytes) = $lines[0] =~ /: ([\d,]+) MACs, ([\d,]+) B weights/ or die "silicon: unreadable: $lines[0]";
  tr/,//d for $macs, $bytes;
  return ($macs / 1e9, scalar(grep { /^\d+ / } @lines), $bytes / 1e6);
}

sub compare {
  my ($takt, $row, $path, $name, $note) = @_;
  my $chip = $chips{$row->{chip}};
  my $deployed = simulate($takt, $row, $path, $stack);
  my $bare = simulate($takt, $row, $path, 'none');
  my ($gmac, $layers, $mparams) = size_of($takt, $row, $path);
  my @size = (1, $row->{gmac} || $gmac, $row->{layers} || $layers, $row->{mparams} || $mparams);
  my $fit = $row->{precision} eq 'w8a8' ? $chip->{regression} : undef;
  return {
    chip => $chip->{name}, network => $name, precision => $row->{precision}, row => "$row->{source} $row->{runtime}",
    us => $row->{us}, note => $note, dominant => dominant($deployed),
    deployed => $deployed->{streams}[0]{latency_us}{$row->{measure}},
    bare => $bare->{streams}[0]{latency_us}{$row->{measure}},
    regression => $fit ? sum0(map { $fit->[$_] * $size[$_] } 0 .. 3) : undef,
  };
}

# Printing -----------------------------------------------------------------------------------------------------------

my @columns = (
  ['chip',          sub { $_[0]{chip} }],
  ['network',       sub { $_[0]{network} }],
  ['precision',     sub { $_[0]{precision} }],
  ['row',           sub { $_[0]{row} }],
  ['measured us',   sub { whole($_[0]{us}) }],
  ['simulated us',  sub { whole($_[0]{deployed}) }],
  ['error',         sub { error_text(error($_[0], 'deployed')) }],
  ['busiest',       sub { $_[0]{dominant} }],
  ['no stack us',   sub { whole($_[0]{bare}) }],
  ['error',         sub { error_text(error($_[0], 'bare')) }],
  ['regression us', sub { whole($_[0]{regression}) }],
  ['error',         sub { error_text(error($_[0], 'regression')) }],
);
my @related_columns = (@columns, ['relation', sub { $_[0]{note} }]);

sub whole { return defined $_[0] ? sprintf '%.0f', $_[0] : '-' }
sub error_text { return defined $_[0] ? sprintf '%+.0f %%', $_[0] : '-' }

sub error {
  my ($row, $what) = @_;
  return defined $row->{$what} ? 100 * ($row->{$what} / $row->{us} - 1) : undef;
}

sub table {
  my ($markdown, $columns, @rows) = @_;
  my @cells = [map { $_->[0] } @$columns];
  for my $row (@rows) { push @cells, [map { $_->[1]->($row) } @$columns] }
  my @width = map { my $i = $_; max(map { length $_->[$i] } @cells) } 0 .. $#$columns;
  my @lines;
  for my $line (@cells) {
    my @padded = map { sprintf '%-*s', $width[$_], $line->[$_] } 0 .. $#width;
    push @lines, $markdown ? '| ' . join(' | ', @padded) . ' |' : join('  ', @padded) =~ s/\s+$//r;
  }
  splice @lines, 1, 0, '|' . join('|', map { '-' x ($_ + 2) } @width) . '|' if $markdown;
  return @lines;
}

# Nearest-rank percentiles of the absolute error.
sub spread {
  my ($what, @rows) = @_;
  my @errors = sort { $a <=> $b } map { abs } grep { defined } map { error($_, $what) } @rows;
  return 'none' unless @errors;
  my ($median, $p90) = map { $errors[int(($_ * @errors + 99) / 100) - 1] } 50, 90;
  return sprintf 'median %.0f %%, p90 %.0f %% of %d rows', $median, $p90, scalar @errors;
}

# Ranks from 0; equal values share the mean of theirs.
sub ranks {
  my (@values) = @_;
  return map {
    my $value = $_;
    grep({ $_ < $value } @values) + (grep({ $_ == $value } @values) - 1) / 2
  } @values;
}

# Spearman's: of simulated against measured order.
sub rank_correlation {
  my ($what, @rows) = @_;
  my @measured = ranks(map { $_->{us} } @rows);
  my @simulated = ranks(map { $_->{$what} } @rows);
  my $middle = (@rows - 1) / 2;
  my $product = sub { my ($x, $y) = @_; sum0(map { ($x->[$_] - $middle) * ($y->[$_] - $middle) } 0 .. $#rows) };
  my $scale = sqrt($product->(\@measured, \@measured) * $product->(\@simulated, \@simulated));
  return $scale ? sprintf(', rank correlation %.3f', $product->(\@measured, \@simulated) / $scale) : '';
}

sub scored {
  my ($what, @rows) = @_;
  return spread($what, @rows) . (@rows > 2 ? rank_correlation($what, @rows) : '');
}

sub summary {
  my (@rows) = @_;
  my @with = grep { defined $_->{regression} } @rows;
  my @lines = ("absolute error with the stack '$stack': " . scored('deployed', @rows));
  my %seen;
  for my $chip (grep { !$seen{$_}++ } map { $_->{chip} } @rows) {
    push @lines, sprintf '%-46s%s', "of these, $chip:", scored('deployed', grep { $_->{chip} eq $chip } @rows);
  }
  return (
    @lines,
    'the same without a stack:                     ' . scored('bare', @rows),
    'with the stack, rows that a regression covers: ' . scored('deployed', @with),
    'four-term regressions, those rows:            ' . scored('regression', @with),
  );
}

sub uncovered_lines {
  my ($uncovered) = @_;
  return map {
    my @rows = @{$uncovered->{$_}};
    "not covered, $_ (" . @rows . '): ' . join ', ', @rows
  } sort keys %$uncovered;
}

# Replaces what stands between the two marks of the document.
sub write_markdown {
  my ($path, @lines) = @_;
  my ($begin, $end) = ('<!-- scripts/silicon begin -->', '<!-- scripts/silicon end -->');
  my $text = join '', map { "$_\n" } lines_of($path);
  $text =~ s/\Q$begin\E.*\Q$end\E/join "\n", $begin, @lines, $end/se or die "silicon: $path lacks '$begin' or '$end'\n";
  open my $file, '>', $path or die "silicon: $path: $!\n";
  print $file $text;
  close $file or die "silicon: $path: $!\n";
}

# Main ---------------------------------------------------------------------------------------------------------------

my $document = @ARGV && $ARGV[0] eq '--markdown' ? $ARGV[1] : undef;
splice @ARGV, 0, 2 if $document;
my ($takt, $data) = @ARGV;

my %zoo = map { /^(\S+)/ ? ($1 => 1) : () } `'$takt' list models`;
die "silicon: $takt list models failed\n" unless %zoo;
my $graph = sub {
  my ($name) = @_;
  return $name if $zoo{$name};
  return -f "$data/models/$name" ? "$data/models/$name" : undef;
};

# The fastest runtime of each graph on each chip: slower ones measure a stack's weakness.
my (%best, %uncovered, @order);
my @all = (aihub_rows($data), mlperf_rows($data));
for my $row (@all) {
  if (my $reason = why_not($row, $graph)) {
    push @{$uncovered{$reason}}, label($row);
    next;
  }
  my $key = "$chips{$row->{chip}}{name} $row->{graphs}[0] $row->{precision}";
  push @order, $key unless $best{$key};
  my $known = $best{$key};
  my ($fast, $slow) = !$known || $row->{us} < $known->{us} ? ($row, $known) : ($known, $row);
  push @{$uncovered{'a faster result for the same network and chip exists'}}, label($slow) . " $slow->{us} us" if $slow;
  $best{$key} = $fast;
}

my (@scored, @beside);
for my $row (map { $best{$_} } @order) {
  my $name = first { $graph->($_) } @{$row->{graphs}};
  push @scored, compare($takt, $row, $graph->($name), $name, '');
}
for my $pair (@related) {
  my ($model, $name, $note) = @$pair;
  my @rows = grep { index($_->{model}, $model) == 0 && $_->{us} && $_->{precision} eq 'w8a8' } @all;
  @rows = grep { $chips{$_->{chip}} } @rows;
  @rows = sort { $a->{us} <=> $b->{us} } @rows;
  next unless @rows && $graph->($name);
  my %seen;
  push @beside, compare($takt, $_, $graph->($name), $name, $note) for grep { !$seen{$chips{$_->{chip}}{name}}++ } @rows;
}
die "silicon: no row is covered\n" unless @scored;

my @text = (table(0, \@columns, @scored), '', summary(@scored), '', uncovered_lines(\%uncovered));
push @text, '', 'not scored, for comparison:', table(0, \@related_columns, @beside) if @beside;
print "$_\n" for @text;
write_markdown($document, table(1, \@columns, @scored), '', (map { "- $_" =~ s/ {2,}/ /r } summary(@scored)), '',
         'Not scored, for comparison:', '', table(1, \@related_columns, @beside), '',
         (map { "- $_" } uncovered_lines(\%uncovered))) if $document;

# scripts/silicon.pl [--markdown FILE] TAKT DATA [PART]: what scripts/silicon does once takt is built. Needs perl-base only.
use strict;
use warnings;
use File::Basename qw(dirname);
use File::Temp qw(tempdir);
use List::Util qw(first max sum0 uniq);
require(dirname(__FILE__) . "/$_.pl") for qw(results silicon_print silicon_regression silicon_presets silicon_causes silicon_prompts silicon_points);

# Chips of the data that a preset stands for; QCS8550 is the same silicon as 8 Gen 2 (338 pairs of graphs: within 3 %).
my %gen2 = (name => '8 Gen 2', soc => 'snapdragon-8-gen-2-like');
my %chips = (
  'Snapdragon 8 Gen 2'      => {%gen2},
  'QCS8550 (8 Gen 2 class)' => {%gen2},
  'Snapdragon 8 Gen 3'      => {name => '8 Gen 3', soc => 'snapdragon-8-gen-3-like'},
  'Snapdragon 8 Elite'      => {name => '8 Elite', soc => 'snapdragon-8-elite-like'},
  'Snapdragon X Elite'      => {name => 'X Elite', soc => 'snapdragon-x-elite-like'},
  'Exynos 2400'             => {name => 'Exynos 2400', soc => 'exynos-2400-like'},
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
  'llama_v3_2_3b_instruct Llama-v3.2-3B-Instruct'                      => 'llama-3.2-3b',
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
  return 1 if $row->{measure} eq 'ttft';
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
      gmac => $row->{gmacs}, context => $row->{context_length}, layers => $row->{layers_npu}, mparams => mparams($row->{params}),
      graphs => [$part ? $zoo_names{$part} : $row->{model}], prompts => [prompts_of($row)],
      prompt_alone => is_prompt_processor($row),
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
  return $graph =~ m{/} ? () : ('--precision', $precisions{$row->{precision}});
}

sub simulate {
  my ($takt, $row, $graph, @settings) = @_;
  my $chip = $chips{$row->{chip}};
  my $stream = $graph =~ s/[^A-Za-z0-9-]/_/gr;  # as takt names the stream of --model
  unshift @settings, "stream.$stream.context_tokens=$row->{context}" if $row->{context};
  unshift @settings, map { "stream.$stream.$_" } prompt_settings($row->{prompt}) if $row->{measure} eq 'ttft';
  my @set = map { ('--set', $_) } @settings;
  return run($takt, '--model', $graph, precision_of($row, $graph), '--soc', $chip->{soc}, '--requests', requests_of($row), @set);
}

# The results of a run with these options.
sub run {
  my ($takt, @options) = @_;
  my @command = ($takt, 'run', @options, '--trace-level', 'off', '--quiet', '-o', "$scratch/run");
  system(@command) == 0 or die "silicon: failed: @command\n";
  my $text = join "\n", lines_of("$scratch/run/results.json");
  my $result = json_value(\$text);
  die "silicon: a request failed: @command\n" if $result->{streams}[0]{requests}{failed} != 0;
  return $result;
}

sub latency {
  my ($row, $result) = @_;
  return $result->{streams}[0]{llm}{ttft_us}{p50} if $row->{measure} eq 'ttft';
  return $result->{streams}[0]{latency_us}{$row->{measure}};
}

# Share of the latency during which each was busy; they overlap.
sub shares {
  my ($result) = @_;
  my $stream = $result->{streams}[0];
  my $total = $stream->{latency_us}{mean} * $stream->{requests}{completed};
  my $use = $result->{npu}{utilization};
  my $calls = $stream->{software_us_per_request} * $stream->{requests}{completed};
  return {
    tensor => $use->{tensor}, vector => $use->{vector}, dma => max($use->{dma_in}, $use->{dma_out}),
    stack => ($calls + $result->{npu}{software_overhead_us}) / $total,
    cpu => sum0(map { $_->{time_us} } @{$result->{cpu}{fallback}}) / $total,
  };
}

# Of the last run: the two largest of these sums of layers.csv, as shares of all.
sub largest {
  my (%sum) = @_;
  my $total = sum0(values %sum) or return '-';
  my @names = sort { $sum{$b} <=> $sum{$a} || $a cmp $b } keys %sum;
  return join ', ', map { sprintf '%s %.0f %%', $_, 100 * $sum{$_} / $total } @names[0 .. ($#names < 1 ? $#names : 1)];
}

# Which kinds of layers took longest and what the engines waited for.
sub layers_of_last_run {
  my (%kinds, %waits);
  for my $layer (csv_rows("$scratch/run/layers.csv")) {
    $kinds{$layer->{op}} += $layer->{wall_us};
    for my $name (grep { /^stall_/ } keys %$layer) { $waits{$name =~ s/^stall_|_us$//gr =~ tr/_/ /r} += $layer->{$name} }
  }
  return (kinds => largest(%kinds), waited => largest(%waits));
}

# GMAC, layers and million parameters of a graph as takt compiles it.
sub size_of {
  my ($takt, $row, $graph) = @_;
  open my $pipe, '-|', $takt, 'compile', $graph, precision_of($row, $graph) or die "silicon: $takt: $!\n";
  my @lines = <$pipe>;
  close $pipe or die "silicon: failed: $takt compile $graph\n";
  my ($macs, $bytes) = $lines[0] =~ /: ([\d,]+) MACs, ([\d,]+) B weights/ or die "silicon: unreadable: $lines[0]";
  tr/,//d for $macs, $bytes;
  return ($macs / 1e9, scalar(grep { /^\d+ / } @lines), $bytes / 1e6 / ($row->{precision} eq 'float' ? 2 : 1));
}

sub compare {
  my ($takt, $row, $path, $name, $note) = @_;
  my $chip = $chips{$row->{chip}};
  my $preset = "software.preset=$stack";
  my $bare = latency($row, simulate($takt, $row, $path, 'software.preset=none'));
  my @ends = map { latency($row, simulate($takt, $row, $path, $preset, fitted_ends($_, $chip->{soc}))) } 0, 1;
  my $result = simulate($takt, $row, $path, $preset);
  my ($gmac, $layers, $mparams) = size_of($takt, $row, $path);
  return {
    chip => $chip->{name}, network => $name, precision => $row->{precision}, row => "$row->{source} $row->{runtime}",
    us => $row->{us}, note => $note, deployed => latency($row, $result), bare => $bare, low => $ends[0], high => $ends[1],
    worst => (sort { abs($b / $row->{us} - 1) <=> abs($a / $row->{us} - 1) } @ends)[0],
    share => shares($result), layers_of_last_run(), layers => $layers, deployed_layers => $row->{layers},
    size => [$row->{gmac} || $gmac, $row->{layers} || $layers, $row->{mparams} || $mparams],
  };
}

sub compare_prompt {
  my ($takt, $row) = @_;
  my ($deployed, $bare) = map { latency($row, simulate($takt, $row, $row->{graphs}[0], "software.preset=$_")) } $stack, 'none';
  return {%$row, chip => $chips{$row->{chip}}{name}, network => $row->{graphs}[0], row => "$row->{source} $row->{runtime}",
          deployed => $deployed, bare => $bare};
}

# Replaces what stands between the part's two marks in the document.
sub write_markdown {
  my ($path, $part, @lines) = @_;
  my ($begin, $end) = ("<!-- scripts/silicon $part begin -->", "<!-- scripts/silicon $part end -->");
  my $text = join '', map { "$_\n" } lines_of($path);
  $text =~ s/\Q$begin\E.*\Q$end\E/join "\n", $begin, @lines, $end/se or die "silicon: $path lacks '$begin' or '$end'\n";
  open my $file, '>', $path or die "silicon: $path: $!\n";
  print $file $text;
  close $file or die "silicon: $path: $!\n";
}

# Main ---------------------------------------------------------------------------------------------------------------

my $document = @ARGV && $ARGV[0] eq '--markdown' ? $ARGV[1] : undef;
splice @ARGV, 0, 2 if $document;
my ($takt, $data, $only) = @ARGV;

my %zoo = map { /^(\S+)/ ? ($1 => 1) : () } `'$takt' list models`;
die "silicon: $takt list models failed\n" unless %zoo;
my $graph = sub {
  my ($name) = @_;
  return $name if $zoo{$name};
  return -f "$data/models/$name" ? "$data/models/$name" : undef;
};

my @all = (aihub_rows($data), mlperf_rows($data));

# Parts: each gives what makes its lines, as Markdown or not -----------------------------------------------------------

# The fastest runtime of each graph on each chip: slower ones measure a stack's weakness.
sub latencies {
  my (%best, %uncovered, @order);
  for my $row (@all) {
    next if $row->{prompt_alone} && @{$row->{prompts}};
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
  add_regressions(@scored);
  add_causes(@scored);
  my @misses = sort { abs error($b, 'deployed') <=> abs error($a, 'deployed') } grep { is_miss($_) } @scored;
  my @chips = map { my $name = $_; first { $_->{name} eq $name } values %chips } uniq(map { $_->{chip} } @scored);
  return sub {
    my ($markdown) = @_;
    my @parts = (
      ['Scores', table($markdown, 'scores', score_sets(@scored))],
      ['Every row', table($markdown, 'scored', @scored)],
      ['Large misses (more than 25 %)', table($markdown, 'misses', @misses), '', causes_of(@misses)],
      ['Fitted figures', table_of($markdown, fitted_columns(@chips), fitted_figures())],
      ['Not scored, for comparison', table($markdown, 'related', @beside)],
      ['Not covered', map { $markdown ? "- $_" : $_ } uncovered_lines(\%uncovered)],
    );
    my @text = map { my ($title, @lines) = @$_; ("## $title", '', @lines, '') } @parts;
    pop @text;
    return @text;
  };
}

sub prompts {
  my @rows = map { compare_prompt($takt, $_) } grep { $chips{$_->{chip}} } map { rows_of_prompts($_) } @all;
  return sub { return table($_[0], 'prompts', @rows) };
}

sub points {
  return sub { my ($markdown) = @_; return points_table($markdown, sub { return run($takt, @_) }) };
}

my %parts = (latencies => \&latencies, prompts => \&prompts, points => \&points);
for my $part ($only // sort keys %parts) {
  my $lines = ($parts{$part} // die "silicon: found part '$part', expected one of " . join(', ', sort keys %parts) . "\n")->();
  print "$_\n" for $lines->(0), '';
  write_markdown($document, $part, $lines->(1)) if $document;
}

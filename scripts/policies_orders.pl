# The orderings of policies that their papers report: part `orders` of scripts/policies.pl.
use strict;
use warnings;
use List::Util qw(all max min sum0);

# PREMA's setting: eight tasks that come within 20 ms, priorities 1, 3 and 9 as bands; again every 150 ms.
my @lengths_us = (700, 1500, 3000, 5000, 8000, 12000, 18000, 25000);

sub trials {
  my ($policy, $preemption) = @_;
  my @bands = qw(realtime focus normal);
  my @streams = map {
    my $commands = max(1, int($lengths_us[$_] / 500));
    {name => "task$_", model => "busy-${commands}x" . int($lengths_us[$_] / $commands) . 'us', arrival => 'periodic', period_us => 150000,
     jitter_us => 20000, band => $bands[$_ % 3], deadline_us => 10 * $lengths_us[$_]}
  } 0 .. $#lengths_us;
  return simulate({firmware => {policy => $policy, preemption => $preemption}, run => {measure_us => 9000000},
                   metrics => {isolated => 'true'}, streams => \@streams})->{metrics};
}

# After XRBench's mixes: networks of the zoo in the place of those that are not in it, one frame with the firmware and one
# that waits. A slower NPU is a heavier load.
my @xr = (
  ['hands',    'mobilenet_edgetpu',           45], ['eyes',  'deeplabv3_plus_mobilenet_v2', 60], ['gaze', 'mobilenet_v3_small', 60],
  ['depth',    'midas_v2_small',              30], ['speech', 'whisper_tiny_encoder',        3],  ['objects', 'yolov8n',         10],
);

sub xr {
  my ($policy, $mhz) = @_;
  my @streams = map {
    my ($name, $model, $rate) = @$_;
    my $period = int(1000000 / $rate);
    {name => $name, model => $model, arrival => 'periodic', period_us => $period, deadline_us => $period, max_in_flight => 1,
     max_waiting => 1, band => 'normal'}
  } @xr;
  return simulate({firmware => {policy => $policy}, run => {measure_us => 2000000}, npu => {clock_hz => $mhz * 1000000},
                   metrics => {isolated => 'true'}, streams => \@streams});
}

sub figures { my ($m) = @_; return sprintf 'ANTT %.2f, STP %.2f, fairness %.3f', @$m{qw(antt stp fairness)} }

# ANTT the smaller, STP and fairness the larger the better.
sub better {
  my ($a, $b) = @_;
  return $a->{antt} < $b->{antt} && $a->{stp} > $b->{stp} && $a->{fairness} > $b->{fairness};
}

sub prema_rows {
  my $fcfs = trials('fcfs', 'none');
  my ($stays, $leaves) = map { trials('prema', $_) } qw(none cut);
  my ($sjf_stays, $sjf) = map { trials('sjf', $_) } qw(none cut);
  my $times = sprintf 'x %.1f, x %.2f, x %.1f; SLA %s against %s', $fcfs->{antt} / $leaves->{antt}, $leaves->{stp} / $fcfs->{stp},
    $leaves->{fairness} / $fcfs->{fairness}, percent($leaves->{sla_rate}), percent($fcfs->{sla_rate});
  return (
    ['PREMA better than NP-FCFS in ANTT, STP and fairness', figures($leaves) . ' against ' . figures($fcfs) . ": $times",
     'x 7.8, x 1.4, x 19.6; SLA x 4.8', better($leaves, $fcfs)],
    ['PREMA, preempting, better than without preemption', figures($leaves) . ' against ' . figures($stays), 'the same', better($leaves, $stays)],
    ['PREMA fairer than preempting SJF', sprintf('fairness %.3f against %.3f', $leaves->{fairness}, $sjf->{fairness}), 'the same',
     $leaves->{fairness} > $sjf->{fairness}],
    ['SJF, preempting, better than without preemption in ANTT', sprintf('ANTT %.2f against %.2f', $sjf->{antt}, $sjf_stays->{antt}), 'the same',
     $sjf->{antt} < $sjf_stays->{antt}],
  );
}

sub edf_rows {
  my %missed;
  for my $load (0.8, 0.9, 0.95, 1.3) {
    $missed{$load}{$_} = miss_rate(task_set($_, $load)) for qw(edf sjf fixed-priority round-robin fcfs);
  }
  my $below = all { my $m = $missed{$_}; all { $m->{edf} <= $_ } values %$m } 0.8, 0.9, 0.95;
  my $above = $missed{1.3};
  my $text = sub { my ($m) = @_; return join ', ', map { "$_ " . percent($m->{$_}) } qw(edf sjf fixed-priority fcfs) };
  return (
    ['EDF misses least below load 1', 'at 0.95: ' . $text->($missed{0.95}), 'the same', $below],
    ['EDF collapses above load 1: misses more than fixed priority and SJF', 'at 1.3: ' . $text->($above), 'the same',
     $above->{edf} > $above->{'fixed-priority'} && $above->{edf} > $above->{sjf}],
  );
}

sub dream_rows {
  my @rows;
  for my $mhz (1200, 200, 150, 100) {
    my %run = map { $_ => xr($_, $mhz) } qw(fcfs edf dream);
    my %cost = map { $_ => $run{$_}{metrics}{uxcost} } keys %run;
    my $alone = $run{edf}{metrics}{streams};
    my $load = sum0(map { $xr[$_][2] * $alone->[$_]{isolated_us} / 1000000 } 0 .. $#xr);
    push @rows, [sprintf('DREAM below FCFS and EDF in UXCost: XR mix at %d MHz, load %.2f', $mhz, $load),
                 join(', ', map { sprintf '%s %.4f (%s missed)', $_, $cost{$_}, percent(miss_rate($run{$_})) } qw(dream fcfs edf))
                   . sprintf(': %+.0f %% and %+.0f %%', map { 100 * ($cost{dream} / $cost{$_} - 1) } qw(fcfs edf)),
                 '-32 and -50 % (geometric means, 5 mixes)', $cost{dream} < $cost{fcfs} && $cost{dream} < $cost{edf}];
  }
  return @rows;
}

# Two cores, a partition each, on LPDDR5X without the system cache.
sub partitioned {
  my ($policy, $isolated, @streams) = @_;
  return simulate({soc => 'exynos-llw-like', firmware => {policy => $policy, partitions => '1+1'}, run => {measure_us => 30000},
                   npu => {cores => 2, memory => 'lpddr5x'}, system_cache => {enabled => 'false'},
                   $isolated ? (metrics => {isolated => 'true', sla_factor => '1.25'}) : (), streams => \@streams});
}

sub own {
  my ($name, $model, $partition, %more) = @_;
  return {name => $name, model => $model, partition => $partition, arrival => 'closed_loop', concurrency => 1, %more};
}

sub moca_rows {
  my @pair = (own('high', 'resnet50', 0, weight => 9), own('low', 'resnet50', 1, weight => 1));
  my ($fcfs, $moca) = map { partitioned($_, 1, @pair)->{metrics} } qw(fcfs moca);
  my $sla = sub { $_[0]{streams}[0]{sla_rate} };
  return ['MoCA: SLA of the heavier job up, STP not down, where memory is short',
          sprintf('within 1.25 times alone %s against %s, STP %.3f against %.3f', percent($sla->($moca)), percent($sla->($fcfs)), $moca->{stp}, $fcfs->{stp}),
          'SLA x 1.8, STP x 1.7 (means)', $sla->($moca) > $sla->($fcfs) && $moca->{stp} >= $fcfs->{stp}];
}

# Two jobs of each network under way: with one, nobody has a choice when the other's ends.
sub pairing_rows {
  my @rows;
  for my $other ('yolov8n', 'resnet50') {
    my @four = map { own("a$_", $other, $_, concurrency => 2), own("b$_", 'resnet50', $_, concurrency => 2) } 0, 1;
    my ($fcfs, $paired) = map { partitioned($_, 0, @four) } qw(fcfs pairing);
    my $tensor = sub { $_[0]{npu}{utilization}{tensor} };
    my $bytes = sub { $_[0]{memory}{bandwidth_gbps}{average} };
    my $alike = $other eq 'resnet50';
    push @rows, ['Layerweaver: engines and memory used ' . ($alike ? 'as much by like networks: resnet50 alone' : "more by opposed networks: $other, resnet50"),
                 sprintf('tensor engines %s against %s, memory %.1f against %.1f GB/s', percent($tensor->($paired)), percent($tensor->($fcfs)),
                         $bytes->($paired), $bytes->($fcfs)), $alike ? 'about 0' : '+44 %, +29 %',
                 $alike ? $tensor->($paired) == $tensor->($fcfs) : $tensor->($paired) > $tensor->($fcfs) && $bytes->($paired) > $bytes->($fcfs)];
  }
  return @rows;
}

# An answer that is always under way (unless `alone`) beside prompts of another conversation, every 100 ms, in chunks.
sub chat {
  my (%with) = @_;
  my %one = (model => 'stories110m', context_tokens => 1024, max_in_flight => 1);
  my @streams;
  push @streams, {%one, name => 'answers', arrival => 'closed_loop', concurrency => 1, prompt_tokens => 16, answer_tokens => 400} if !$with{alone};
  push @streams, {%one, name => 'prompts', arrival => 'periodic', period_us => 100000, prompt_tokens => $with{prompt}, answer_tokens => 1,
                  chunk_tokens => $with{chunk}} if $with{prompt};
  return simulate({firmware => {policy => 'chunked-prefill', token_budget => $with{chunk} // 256},
                   run => {measure_us => $with{alone} ? 100000 : 300000}, streams => \@streams})->{stream};
}

sub between_tokens { return chat(@_)->{answers}{llm}{between_tokens_us} }
sub first_token { return chat(@_)->{prompts}{llm}{ttft_us} }

# Of a prompt alone.
sub last_chunk {
  my ($prompt, $chunk) = @_;
  my ($whole, $but_one) = map { first_token(alone => 1, prompt => $_, chunk => $chunk)->{max} } $prompt, $prompt - $chunk;
  return $whole - $but_one;
}

sub sarathi_rows {
  my ($short, $long, $whole_short, $whole_long) =
    map { between_tokens(prompt => $_->[0], chunk => $_->[1])->{p99} } [256, 64], [768, 64], [256, 256], [768, 768];
  my $growth = $long / $short - 1;
  my @chunks = (256, 128, 64);
  my @first = map { first_token(prompt => 768, chunk => $_)->{p50} } @chunks;
  my @longest = map { between_tokens(prompt => 768, chunk => $_)->{max} } @chunks;
  my $step = between_tokens()->{max};
  my @bounds = map { $step + last_chunk(768, $_) } @chunks;
  my $list = sub { return join ', ', map { ms($_) } @_ };
  return (
    ['Sarathi: P99 between tokens does not depend on the prompts beside them',
     sprintf('prompts of 256 and 768 tokens: %s ms in chunks of 64 (%+.0f %%; the last one alone %s ms), %s ms whole', $list->($short, $long),
             100 * $growth, $list->(map { last_chunk($_, 64) } 256, 768), $list->($whole_short, $whole_long)),
     'flat', abs($growth) <= 0.1],
    ['Sarathi: the smaller the chunks, the later the first token', "chunks of @chunks: " . $list->(@first) . ' ms', 'rises',
     all { $first[$_] < $first[$_ + 1] } 0 .. $#first - 1],
    ['Sarathi: no answer waits longer than a step and a chunk take',
     "longest between tokens, chunks of @chunks: " . $list->(@longest) . ' ms; a step and the last chunk alone: ' . $list->(@bounds) . ' ms', 'never',
     all { $longest[$_] <= $bounds[$_] } 0 .. $#chunks],
  );
}

# Why a row fails, by the row's beginning.
my @causes = (
  ['Sarathi: P99 between tokens', 'the last chunk of the longer prompt attends to three times the tokens'],
  ['Sarathi: no answer waits longer', 'by 16 of 7357 us in chunks of 256; step and chunk were measured without each other'],
  ['DREAM below FCFS and EDF in UXCost: XR mix at 1200 MHz', 'nobody misses a frame, so that UXCost is the energy that preemptions add'],
  map { ["DREAM below FCFS and EDF in UXCost: XR mix at $_ MHz",
   'below load 1 EDF is optimal on one engine; DREAM weighs waiting against deadlines, and its gain was on several engines or under overload']
  } 200, 150,
);

my @absent = (
  ['Dysta between PREMA and an oracle in ANTT', 'no such policy: networks are not sparse here'],
  ['Planaria, AuRORA divide the array',         'no such policy: partitions are fixed at boot'],
);

sub orders {
  my @rows = (['published ordering', 'measured', 'published', 'verdict']);
  for my $row (prema_rows(), edf_rows(), dream_rows(), moca_rows(), pairing_rows(), sarathi_rows()) {
    my ($claim, $measured, $published, $holds) = @$row;
    my ($cause) = map { $_->[1] } grep { index($claim, $_->[0]) == 0 } @causes;
    push @rows, [$claim, $measured, $published, $holds ? 'holds' : 'fails: ' . ($cause // 'cause not known')];
  }
  push @rows, [$_->[0], '-', '-', $_->[1]] for @absent;
  return {rows => \@rows, notes => [
    'PREMA: eight tasks of 0.7 to 25 ms (busy-Nx500us) come within 20 ms, again every 150 ms, 60 times; priorities 1, 3, 9; NP: without preemption.',
    'EDF: the tasks of the table before. DREAM: ' . join(', ', map { "$_->[1] at $_->[2]/s" } @xr)
      . ', deadlines at their periods, the newest frame dropped where one waits; a slower clock is a heavier load.',
    'Sarathi: an answer of stories110m always under way, 300 ms, beside prompts of another conversation, of 768 tokens every 100 ms; flat: within 10 %.']};
}

1;

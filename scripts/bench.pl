# scripts/bench.pl BUILD ROOT [--json]: what scripts/bench does once everything is built. Needs perl-base only.
use strict;
use warnings;
use File::Temp qw(tempdir);
use List::Util qw(max);
use POSIX ();

my ($build, $root, $option) = @ARGV;
die "usage: scripts/bench [--json]\n" if defined $option && $option ne '--json';
my $scratch = tempdir(CLEANUP => 1);
my $tflite = "$root/../shared/data/models/mlperf_mobile_mobilenet_edgetpu_224_uint8.tflite";
our $tries = 3;  # of which the fastest counts: other programs only slow one down

# Micro benchmark -> what it is called and the figure of it that matters. Rates are per second of processor time.
my @micro = (
  ['transactions/read/64',          'NoC + cache + DRAM, 64 B reads',                     'rate', 'transactions/s'],
  ['transactions/read/4096',        'NoC + cache + DRAM, 4 KiB reads',                    'rate', 'transactions/s'],
  ['transactions/read/16384',       'NoC + cache + DRAM, 16 KiB reads',                   'rate', 'transactions/s'],
  ['transactions/read_cached/64',   'the same, allocating in the cache, 64 B',            'rate', 'transactions/s'],
  ['transactions/read_cached/4096', 'the same, allocating in the cache, 4 KiB',           'rate', 'transactions/s'],
  ['transactions/read_cached/16384', 'the same, allocating in the cache, 16 KiB',          'rate', 'transactions/s'],
  ['transactions/read_write/64',    'the same, every second one a write, 64 B',           'rate', 'transactions/s'],
  ['transactions/read_write/4096',  'the same, every second one a write, 4 KiB',          'rate', 'transactions/s'],
  ['transactions/read_write/16384', 'the same, every second one a write, 16 KiB',         'rate', 'transactions/s'],
  ['core_commands/resnet50',        'NPU without SystemC, ResNet-50',                'rate', 'commands/s'],
  ['core_commands/edsr',            'NPU without SystemC, EDSR',                     'rate', 'commands/s'],
  ['scratchpad_share',              'scratchpad shares, all contending',                  'rate', 'commands/s'],
  ['core_instructions',              'control processor core, compute loop',               'rate', 'instructions/s', 'at least 150,000,000'],
  ['core_bus_accesses',              'control processor core, bus accesses',               'rate', 'accesses/s', 'at least 10,000,000'],
  ['compile/resnet50',              'compile ResNet-50',                                  'time', 'ms', 'under 1000'],
  ['compile/mobilenet_v2',          'compile MobileNetV2',                                'time', 'ms'],
  ['compile/edsr',                  'compile EDSR',                                       'time', 'ms'],
  ['read_tflite',                   'read MobileNetEdgeTPU.tflite (4.2 MB)',              'time', 'ms'],
);

# One memory alone, as fast as it accepts: the streams of memory_streams.cpp. A peer of TAKT_PEERS plays the same ones on
# an LPDDR5-6400 or LPDDR4-3200 channel of 16 bits.
my @streams = qw(seq rnd mixseq mixrnd dma1 dma4 dma16);
my $peer_bursts = 200_000;

sub output_of {
  my (@command) = @_;
  open my $pipe, '-|', @command or die "bench: $command[0]: $!\n";
  my @lines = <$pipe>;
  close $pipe or die "bench: failed: @command\n";
  chomp @lines;
  return @lines;
}

# name -> [milliseconds of processor time, items per second]
sub figures_of {
  my ($name) = @_;
  local $ENV{TAKT_BENCH_TFLITE} = $tflite;
  my $program = "$build/scripts/benchmarks/$name";
  my %figures;
  for (output_of('sh', '-c', "'$program' --benchmark_format=csv --benchmark_min_time=0.2 2>/dev/null")) {
    my ($name, undef, undef, $time, $unit, undef, $rate, undef, $failed) = split /,/;
    next unless defined $time && $time =~ /^[\d.e+]+$/ && !$failed;
    $figures{$name =~ tr/"//dr} = [$time * {ns => 1e-6, us => 1e-3, ms => 1, s => 1e3}->{$unit}, $rate];
  }
  return %figures;
}

sub micro_rows {
  my %figures = figures_of('takt_benchmarks');
  return map {
    my ($name, $what, $kind, $unit, $aim) = @$_;
    my $figure = $figures{$name};
    my $value = !$figure ? undef : $kind eq 'rate' ? $figure->[1] : $figure->[0];
    [$name, $what, $value, $unit, $aim // '']
  } @micro;
}

sub stream_rows {
  my %figures = figures_of('takt_memory_streams');
  my @rows;
  for my $memory ('lpddr5-6400-x16', 'lpddr5x-8533-x16', 'llw-dram') {
    for my $fidelity ('detailed', 'fast') {
      for my $stream (@streams) {
        my $name = "streams/$memory/$fidelity/$stream";
        my $aim = $fidelity eq 'detailed' ? ($memory =~ /^lpddr5/ ? 'at least 4 x a peer' : '')
                : $stream =~ /^(seq|dma4|dma16)$/ ? 'at least 300,000,000' : 'not below detailed';
        push @rows, [$name, "$memory, $fidelity: $stream", $figures{$name} && $figures{$name}[1], 'bursts/s', $aim];
      }
    }
  }
  return @rows, map { peer_rows($_) } peers();
}

sub peers {
  my $folder = $ENV{TAKT_PEERS} // return;
  opendir my $bin, "$folder/bin" or return;
  return grep { -f "$folder/bin/$_" && -x _ } sort readdir $bin;
}

# A peer prints: GB/s, mean read latency in ns, activations, seconds of processor time. One that does not know the
# streams is left out.
sub peer_rows {
  my ($peer) = @_;
  my @rows;
  for my $stream (@streams) {
    my $line = `'$ENV{TAKT_PEERS}/bin/$peer' $stream $peer_bursts 2>/dev/null`;
    next unless $? == 0 && $line =~ /^\s*[\d.]+\s+[\d.]+\s+\d+\s+([\d.]+)\s*$/ && $1 > 0;
    push @rows, ["peer/$peer/$stream", "peer $peer: $stream", $peer_bursts / $1, 'bursts/s', ''];
  }
  return @rows;
}

# Seconds of processor time of the fastest try, simulated seconds, peak memory in MB.
sub run_takt {
  my (@arguments) = @_;
  my $fastest;
  for (1 .. $tries) {
    my $before = (times)[2] + (times)[3];
    system("$build/takt", 'run', @arguments, '--quiet', '-o', "$scratch/run") == 0
      or die "bench: failed: takt run @arguments\n";
    my $spent = (times)[2] + (times)[3] - $before;
    $fastest = $spent if !defined $fastest || $spent < $fastest;
  }
  my $text = join '', output_of('cat', "$scratch/run/results.json");
  my ($simulated) = $text =~ /"simulated_ns": ([\d.]+)/;
  my ($memory) = $text =~ /"peak_rss_mb": ([\d.]+)/;
  return ($fastest || 0.01, $simulated / 1e9, $memory);
}

sub scenario_rows {
  my ($name, $what, $aim, @arguments) = @_;
  my ($spent, $simulated, $memory) = run_takt(@arguments);
  my ($quick, $same) = run_takt(@arguments, '--trace-level', 'off');
  return (
    ["$name/real_time", "$what: simulated time / processor time", $simulated / $spent, 'x', $aim],
    ["$name/real_time_no_trace", '  without the timeline', $same / $quick, 'x', $aim],
    ["$name/peak_rss", '  peak memory', $memory, 'MB', ''],
  );
}

# Heat and the power waveform are on.
sub chat_rows {
  local our $tries = 1;
  my ($spent) = run_takt("$root/traces/scenarios/chat.toml");
  return ['chat/time', 'ten minutes of chat at a person\'s pace, sampled', $spent, 's', 'under 60'];
}

# Delta cycles stand for kernel events: a process that has nothing to do is not called.
sub kernel_rows {
  my ($network, $aim) = @_;
  my $program = "$build/scripts/benchmarks/takt_kernel_activity";
  my %count = map { split } output_of($program, $network, 'snapdragon-8-gen-2-like', 100);
  my $events = $count{deltas} / $count{commands};
  return ["kernel/$network", "$network alone: kernel events per NPU command", $events, '', $aim];
}

sub iss_rows {
  my @arguments = ("$root/traces/scenarios/default.toml", '--trace-level', 'off');
  my ($table) = run_takt(@arguments);
  my ($iss) = run_takt(@arguments, '--set', 'control_cpu.cost=iss');
  return ['default/iss', 'default scenario: time by instructions / by the cost table', $iss / $table, '', 'less than 2'];
}

# What a decision of the firmware (kernel and policy) costs on the control processor, among so many streams that always
# have work. Instructions by the profile of the RV32 build, below Firmware::schedule() and without starting the job;
# decisions by its trace points, whose own four instructions are in there.
my @decision_streams = (1, 4, 16, 31);

sub crowd {
  my ($policy, $streams, $model, $window_us) = @_;
  my $text = "soc = \"exynos-llw-like\"\n[firmware]\npolicy = \"$policy\"\n[run]\nmeasure_us = $window_us\ndrain = \"stop\"\n";
  $text .= "[[stream]]\nname = \"s$_\"\nmodel = \"$model\"\narrival = \"closed_loop\"\nconcurrency = 2\n"
         . "deadline_us = " . 1000 * $_ . "\n" for 1 .. $streams;
  open my $out, '>', "$scratch/crowd.toml" or die "bench: $!\n";
  print $out $text;
  close $out;
  return "$scratch/crowd.toml";
}

sub point_of_decisions {
  my @names = map { /^    \{CostPoint::\w+, "(\w+)"/ ? $1 : () } output_of('cat', "$root/firmware/kernel/cost_table.h");
  my ($point) = grep { $names[$_] eq 'decision' } 0 .. $#names;
  return $point;
}

sub decision_rows {
  my $elf = "$build/firmware/takt-firmware-traced.elf";
  return unless -f $elf;
  my $point = point_of_decisions();
  my @rows;
  for my $policy (map { (split)[0] } output_of("$build/takt", 'list', 'policies')) {
    my @instructions;
    for my $streams (@decision_streams) {
      my $scenario = crowd($policy, $streams, 'mobilenet_v3_small', 5000);
      system("$build/takt", 'run', $scenario, '--firmware', $elf, '--trace-points', '--profile', "$scratch/profile",
             '--profile-unit', 'instructions', '--trace-level', 'off', '--quiet', '-o', "$scratch/crowd") == 0
        or die "bench: failed: takt run with $policy\n";
      my $spent = 0;
      for (output_of('cat', "$scratch/profile")) {
        $spent += $1 if /Firmware::schedule\(\)(?!.*Firmware::dispatch).* (\d+)$/;
      }
      my $decisions = grep { ((split /,/)[4] // '') eq $point } output_of('cat', "$scratch/crowd/trace_points.csv");
      push @instructions, $spent / $decisions;
    }
    my $growth = ($instructions[-1] - $instructions[0]) / ($decision_streams[-1] - $decision_streams[0]);
    push @rows, map { ["decision/$policy/$decision_streams[$_]", "decision of $policy, $decision_streams[$_] streams",
                       $instructions[$_], 'instructions', ''] } 0 .. $#instructions;
    push @rows, ["decision/$policy/growth", '  for each further stream', $growth, 'instructions', ''];
  }
  return @rows;
}

# What a longer window has beyond a shorter one, for each second: what compiling and starting takes is no part of it.
sub per_second {
  my ($build, $count, @crowd) = @_;
  my (@spent, @counts);
  for my $window_us (5_000, 100_000) {
    my ($spent) = run_takt(crowd('fixed-priority', @crowd, $window_us), '--trace-level', 'off', '--set', 'control_cpu.cost=' . ($build eq 'rv32' ? 'iss' : 'table'));
    push @spent, $spent;
    push @counts, $count->();
  }
  return ($counts[1] - $counts[0]) / ($spent[1] - $spent[0]);
}

sub jobs {
  my $jobs = 0;
  $jobs += $1 for join('', output_of('cat', "$scratch/run/results.json")) =~ /"completed": (\d+)/g;
  return $jobs;
}

sub decisions { return output_of('cat', "$scratch/run/decisions.csv") - 1 }

# Jobs of a network at full load, and decisions about jobs that take 20 us and nothing else.
sub load_rows {
  my @rows;
  for my $build ('native', 'rv32') {
    push @rows, ["jobs/$build", "jobs of MobileNetV3 small at full load, 16 streams, firmware $build",
                 per_second($build, \&jobs, 16, 'mobilenet_v3_small'), 'jobs/s', ''];
    push @rows, ["decisions/$build/$_", "decisions among $_ streams, firmware $build", per_second($build, \&decisions, $_, 'busy-1x20us'), 'decisions/s', '']
      for @decision_streams;
  }
  return @rows;
}

# From an edited policy to its ELF, and to the end of a run with it, elapsed time: takt is not built. The file is touched, its
# time put back.
sub edit_rows {
  my ($policy, $elf) = ("$root/firmware/policies/fcfs.cpp", "$build/firmware/takt-firmware.elf");
  my @elapsed;
  my @build = ('cmake', '--build', $build, '--target', 'firmware-rv32');
  my ($read, $written) = (stat $policy)[8, 9];
  my $done = !-f $elf || eval {
    output_of(@build);
    my ($begin) = POSIX::times();
    utime undef, undef, $policy or die "bench: $policy: $!\n";
    output_of(@build);
    push @elapsed, (POSIX::times())[0] - $begin;
    output_of("$build/takt", 'run', "$root/traces/scenarios/default.toml", '--firmware', $elf,
              '--set', 'run.measure_us=100000', '--quiet', '-o', "$scratch/edited");
    push @elapsed, (POSIX::times())[0] - $begin;
  };
  utime $read, $written, $policy;
  die $@ unless $done;
  $_ /= POSIX::sysconf(POSIX::_SC_CLK_TCK()) for @elapsed;
  return (
    ['edit-build', 'edited policy: ELF built, elapsed', $elapsed[0], 's', ''],
    ['edit-build-rerun', '  and 100 ms of the default scenario run with it', $elapsed[1], 's', 'under 10'],
  );
}

sub number {
  my ($value) = @_;
  return 'skipped' unless defined $value;
  return sprintf '%.2f', $value if $value < 100;
  my $text = sprintf '%.0f', $value;
  1 while $text =~ s/^(\d+)(\d{3})/$1,$2/;
  return $text;
}

sub print_table {
  my (@rows) = @_;
  my @cells = (['what', 'figure', 'unit', 'aim'], map { [$_->[1], number($_->[2]), $_->[3], $_->[4]] } @rows);
  my @width = map { my $i = $_; max(map { length $_->[$i] } @cells) } 0 .. 3;
  for (@cells) {
    my ($what, $figure, $unit, $aim) = @$_;
    my $line = sprintf '%-*s  %*s  %-*s  %s', $width[0], $what, $width[1], $figure, $width[2], $unit, $aim;
    print $line =~ s/\s+$//r, "\n";
  }
}

sub print_json {
  my (@rows) = @_;
  my @entries = map {
    my $value = defined $_->[2] ? sprintf('%.6g', $_->[2]) : 'null';
    qq(  "$_->[0]": {"value": $value, "unit": "$_->[3]"})
  } @rows;
  print "{\n", join(",\n", @entries), "\n}\n";
}

my @rows = (
  scenario_rows('default', 'default scenario', 'at least 1', "$root/traces/scenarios/default.toml"),
  scenario_rows('resnet50', 'ResNet-50 in a closed loop', '', '--model', 'resnet50', '--requests', 200),
  chat_rows(),
  kernel_rows('resnet50', 'at most 10'),
  kernel_rows('mobilenet_v2', 'at most 10'),
  kernel_rows('edsr', 'both DMA lists contend'),
  iss_rows(),
  edit_rows(),
  decision_rows(),
  load_rows(),
  micro_rows(),
  stream_rows(),
);
defined $option ? print_json(@rows) : print_table(@rows);

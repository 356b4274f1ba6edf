# What scripts/fit-cost-table does. A cost point's cycles are those from its trace point to the next one or to sleep,
# less the wait for registers and shared memory, which the bus charges in every build.
use strict;
use warnings;
use Digest::SHA;
use File::Temp qw(tempdir);

my $takt = $ENV{TAKT_BINARY} // 'build/release/takt';
my $elf = $ENV{TAKT_TRACED_FIRMWARE} // 'build/release/firmware/takt-firmware-traced.elf';
my $header = 'firmware/kernel/cost_table.h';
my $write = @ARGV && $ARGV[0] eq '--write';
my $folder = tempdir(CLEANUP => 1);

# Instructions of the trace point itself: address, value, store.
my $own_cycles = 4;

# Streams by number, so that rings are scanned and decisions taken over different counts of queues; bursts, so that
# several slots are taken at once; a realtime stream, so that jobs are preempted; a decoder, whose estimate depends on the
# tokens in its cache; a job timeout, so that the watchdog looks at jobs; a scheduling log; a governor.
sub scenario {
  my ($streams, $policy) = @_;
  my $text = "soc = \"exynos-llw-like\"\n[firmware]\npolicy = \"$policy\"\njob_timeout_us = 2000\n";
  $text .= "scheduling_log = 64\n" if $streams == 2;
  $text .= "governor = \"deadline\"\n" if $streams == 8;
  $text .= "[run]\nmeasure_us = 20000\n";
  for my $i (1 .. $streams) {
    my $band = $i == 1 ? 'realtime' : 'normal';
    my $arrival = $i % 2 ? "arrival = \"periodic\"\nperiod_us = " . (900 + 370 * $i)
                         : "arrival = \"closed_loop\"\nconcurrency = " . (1 + $i % 7);
    my $model = $i == 2 ? 'resnet50' : $i == 3 && $streams == 4 ? 'llama-3.2-1b' : 'mobilenet_v3_small';
    $text .= "[[stream]]\nname = \"s$i\"\nmodel = \"$model\"\n$arrival\nband = \"$band\"\n";
    $text .= "past_tokens = 16\npast_step = 1\n" if $model =~ /llama/;
  }
  return $text;
}

# Rows of the header: name, in the order of the points.
sub points {
  open my $in, '<', $header or die "$header: $!\n";
  my @names = map { /^    \{CostPoint::\w+, "(\w+)"/ ? $1 : () } <$in>;
  return @names;
}

# An iteration of the firmware's loop: what it did, and what that took.
my @iterations;  # {cycles, count: {point: times}, items: {point: sum of n}}
my %seen;        # point: {n: times}
my $runs = 0;

sub read_points {
  my ($file) = @_;
  open my $in, '<', $file or die "no trace points: $!\n";
  <$in>;
  my ($open, $before);
  while (<$in>) {
    s/\s+$//;
    my ($at, $instructions, $cycles, $bus, $point, $n) = split /,/, $_, -1;
    if (defined $open) {
      $open->{cycles} += $cycles - $before->[0] - ($bus - $before->[1]) - $own_cycles;
      if ($point eq '' || $point == 0) { push @iterations, $open; undef $open; }
    }
    $before = [$cycles, $bus];
    next if $point eq '';
    $open = {cycles => 0, count => {}, items => {}} if $point == 0;
    next unless defined $open;  # while it boots
    ++$open->{count}{$point};
    $open->{items}{$point} += $n;
    ++$seen{$point}{$n};
  }
}

for my $policy ('fcfs', 'fixed-priority', 'round-robin') {
  for my $streams (1, 2, 4, 8, 16) {
    my $file = "$folder/s.toml";
    open my $out, '>', $file or die "$file: $!\n";
    print $out scenario($streams, $policy);
    close $out;
    system($takt, 'run', $file, '--firmware', $elf, '--trace-points', '--trace-level', 'off', '--quiet', '-o', "$folder/r") == 0
      or die "fit-cost-table: $takt failed\n";
    ++$runs;
    read_points("$folder/r/trace_points.csv");
  }
}

# Least squares without negative coefficients: the most negative unknown is set to 0 until there is none.
sub fit {
  my ($rows, $values, $unknowns) = @_;
  my @free = (0 .. $unknowns - 1);
  for (;;) {
    my @x = solve($rows, $values, \@free);
    my ($worst) = sort { $x[$a] <=> $x[$b] } 0 .. $#free;
    if ($x[$worst] >= 0) {
      my @all = (0) x $unknowns;
      @all[@free] = @x;
      return @all;
    }
    splice @free, $worst, 1;
  }
}

# Normal equations by Gauss and Jordan.
sub solve {
  my ($rows, $values, $free) = @_;
  my $count = @$free;
  my @m = map { [(0) x ($count + 1)] } 1 .. $count;
  for my $r (0 .. $#$rows) {
    my @x = @{$rows->[$r]}[@$free];
    for my $i (grep { $x[$_] } 0 .. $count - 1) {
      $m[$i][$_] += $x[$i] * $x[$_] for 0 .. $count - 1;
      $m[$i][$count] += $x[$i] * $values->[$r];
    }
  }
  $m[$_][$_] += 1e-6 * ($m[$_][$_] + 1) for 0 .. $count - 1;  # where two always come together
  for my $i (0 .. $count - 1) {
    for my $j (0 .. $count - 1) {
      next if $j == $i || $m[$j][$i] == 0;
      my $f = $m[$j][$i] / $m[$i][$i];
      $m[$j][$_] -= $f * $m[$i][$_] for $i .. $count;
    }
  }
  return map { $m[$_][$count] / $m[$_][$_] } 0 .. $count - 1;
}

my @names = points();
my @points = sort { $a <=> $b } keys %seen;
my @unknowns = map { my $p = $_; (['count', $p], keys %{$seen{$p}} > 1 ? ['items', $p] : ()) } @points;
my @matrix = map { my $i = $_; [map { $i->{$_->[0]}{$_->[1]} // 0 } @unknowns] } @iterations;
my @cycles = map { $_->{cycles} } @iterations;
my @x = fit(\@matrix, \@cycles, scalar @unknowns);
my %rows = map { $_ => [0, 0] } @points;
$rows{$unknowns[$_][1]}[$unknowns[$_][0] eq 'count' ? 0 : 1] = int($x[$_] + 0.5) for 0 .. $#unknowns;

my ($total, $error) = (0, 0);
my %share;
for my $i (@iterations) {
  my $sum = 0;
  for my $p (keys %{$i->{count}}) {
    my $part = $rows{$p}[0] * $i->{count}{$p} + $rows{$p}[1] * $i->{items}{$p};
    $share{$p} += $part;
    $sum += $part;
  }
  $error += abs($i->{cycles} - $sum);
  $total += $i->{cycles};
}
printf "%-18s %8s %8s %8s %7s\n", 'point', 'times', 'base', 'per item', 'share';
for my $point (0 .. $#names) {
  if (!exists $rows{$point}) { printf "%-18s %8s\n", $names[$point], 'none'; next; }
  my $times = 0;
  $times += $_ for values %{$seen{$point}};
  printf "%-18s %8d %8d %8d %6.1f%%\n", $names[$point], $times, @{$rows{$point}}, 100 * $share{$point} / $total;
}
# What the processor executes, whatever debugging information stands beside it.
system('riscv64-unknown-elf-objcopy', '-O', 'binary', $elf, "$folder/image") == 0 or die "fit-cost-table: $elf: no image\n";
open my $image, '<:raw', "$folder/image" or die "image: $!\n";
my $hash = substr(Digest::SHA->new(256)->addfile($image)->hexdigest, 0, 16);
my $fit = sprintf "%d iterations of %.0f cycles in %d runs, mean distance from the rows %.1f %%", scalar @iterations,
  $total / @iterations, $runs, 100 * $error / $total;
print "$fit; firmware $hash\n";

open my $in, '<', $header or die "$header: $!\n";
my $text = do { local $/; <$in> };
close $in;
my $renewed = $text =~ s{^// Fit: .*$}{// Fit: $fit.}mr =~ s{^// Firmware: .*$}{// Firmware: $hash (first half of the SHA-256 of its image with trace points).}mr;
for my $point (@points) {
  my ($name, $a, $b) = ($names[$point], @{$rows{$point}});
  my $source = 'fitted to the RV32 build (scripts/fit-cost-table)';
  $renewed =~ s/(\{CostPoint::\w+, "$name"), \d+, \d+, \w+, *\n? *"[^"]*"\}/$1, $a, $b, false, "$source"}/;
}
exit 0 if $renewed =~ s/\s+//gr eq $text =~ s/\s+//gr;
if (!$write) {
  print STDERR "fit-cost-table: $header differs from the fit; scripts/fit-cost-table --write renews it\n";
  exit 1;
}
open my $out, '>', $header or die "$header: $!\n";
print $out $renewed;
close $out;
exec 'scripts/check-format', '--fix', $header;

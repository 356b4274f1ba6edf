# Parts of scripts/policies.pl whose expected values are arithmetic. Work: busy-NxTus, N commands of T us and cuts between.
use strict;
use warnings;
use List::Util qw(max min sum0);

sub verdict { return $_[0] ? 'holds' : 'fails' }

# A tenth to either side.
sub about { my ($found, $expected) = @_; return $found >= 0.9 * $expected && $found <= 1.1 * $expected }

# Urgent requests that come at random moments of jobs of eight commands of T us each.
sub urgent_beside {
  my ($preemption, $t, $victim) = @_;
  my @streams;
  push @streams, {name => 'victim', model => "busy-8x${t}us", arrival => 'closed_loop', concurrency => 2} if $victim;
  push @streams, {name => 'urgent', model => 'busy-1x10us', arrival => 'periodic', period_us => 12 * $t,
                  jitter_us => 8 * $t - 1, band => 'realtime', requests => 400};
  return simulate({firmware => {policy => 'fixed-priority', preemption => $preemption}, run => {measure_us => 400 * 12 * $t},
                   streams => \@streams});
}

sub laws {
  my %levels = (none => 'queue (job)', cut => 'command (cut)', forced => 'forced');
  my %published = ('none 500' => '4000 (8T)', 'cut 500' => '500 (1T)', 'forced 500' => '32 (constant)');
  my @rows = (['level', 'T us', 'wait P50 us', 'wait P99 us', 'dispatch us', 'stop P99 us', 'save P99 us', 'restore P99 us', 'net P99 us',
               'law us', 'verdict', 'XSched P99 us']);
  for my $preemption (qw(none cut forced)) {
    for my $t (100, 500, 5000) {
      my $run = urgent_beside($preemption, $t, 1);
      my @waits = waits_of($run, 'urgent');
      my ($median, $wait) = map { percentile($_, @waits) } 50, 99;
      my $alone = percentile(50, waits_of(urgent_beside($preemption, $t, 0), 'urgent'));
      my %p = map { $_ => $run->{preemptions}{"${_}_us"}{p99} } qw(stop save restore);
      my $net = $wait - $alone - ($p{save} // 0);
      my $law = $preemption eq 'none' ? 8 * $t : $preemption eq 'cut' ? $t : undef;
      push @rows, [$levels{$preemption}, $t, us($median), us($wait), us($alone), us($p{stop}), us($p{save}), us($p{restore}), us($net),
                   defined $law ? "$law +- 10 %" : 'constant',
                   $preemption eq 'forced' ? verdict($p{stop} == 0 && about($p{save}, forced_save(100))) : verdict(about($net, $law)),
                   $published{"$preemption $t"} // ''];
    }
  }
  my $always = simulate({firmware => {policy => 'round-robin', preemption => 'always'}, streams => [
    {name => 'a', model => 'busy-8x500us', arrival => 'closed_loop', concurrency => 2, requests => 53},
    {name => 'b', model => 'busy-5x300us', arrival => 'closed_loop', concurrency => 1, requests => 20}]});
  my $points = 53 * 7 + 20 * 4;
  return {rows => \@rows, notes => [
    'Wait: the firmware has read an urgent request\'s slot until its job starts. Net: P99 less what it is with nobody else there (dispatch) '
      . 'and less the save.',
    'Forced holds where a stop takes no time and the save is that of T = 100 us +- 10 %. What is left of the net is the firmware\'s '
      . 'turn for the stop\'s interrupt, and where jobs end often, one for their end.',
    "Preempted at every point: $always->{preemptions}{count} preemptions of 53 jobs of 8 commands and 20 of 5: "
      . "53 x 7 + 20 x 4 = $points: " . verdict($always->{preemptions}{count} == $points) . '.']};
}

sub forced_save {
  my ($t) = @_;
  return urgent_beside('forced', $t, 1)->{preemptions}{save_us}{p99};
}

# Frames every 40 ms, five commands each, one with the firmware and one that waits, the newest dropped; 0.8 s of
# background in commands of 4 ms every 3 s; 60 s.
sub ai_pc {
  my ($policy, $frame_us, $deadline_us) = @_;
  return simulate({firmware => {policy => $policy}, run => {measure_us => 60000000}, streams => [
    {name => 'frames', model => 'busy-5x' . $frame_us / 5 . 'us', arrival => 'periodic', period_us => 40000,
     deadline_us => $deadline_us, max_in_flight => 1, max_waiting => 1, drop => 'newest', band => 'realtime'},
    {name => 'background', model => 'busy-200x4000us', arrival => 'periodic', period_us => 3000000,
     deadline_us => 3000000, band => 'normal'}]});
}

sub aipc {
  my @rows = (['frame ms', 'FCFS P99 ms', 'dropped', 'priority P99 ms', 'its background max ms', 'laxity P99 ms',
               'its background max ms', 'its dropped', 'all gates']);
  my @holds;
  for my $frame (map({ 1000 * $_ } 20 .. 28), 29000, 29400, 29600, map { 1000 * $_ } 30 .. 35) {
    my ($fcfs, $priority, $laxity) = map { ai_pc($_, $frame, 120000)->{stream} } qw(fcfs fixed-priority least-laxity);
    my @p99 = map { $_->{frames}{latency_us}{p99} / 1000 } $fcfs, $priority, $laxity;
    my @background = map { $_->{background}{latency_us}{max} / 1000 } $priority, $laxity;
    my @missed = (($p99[0] < 750 || $p99[0] > 950) ? 'FCFS' : (), $background[0] <= 3000 ? 'priority keeps 3 s' : (),
                  $p99[2] > 120 ? 'laxity P99' : (), $background[1] > 3000 ? 'laxity 3 s' : ());
    push @holds, $frame / 1000 unless @missed;
    push @rows, [$frame / 1000, (map { sprintf '%.1f', $_ } $p99[0]), $fcfs->{frames}{requests}{dropped},
                 (map { sprintf '%.1f', $_ } $p99[1], $background[0], $p99[2], $background[1]),
                 $laxity->{frames}{requests}{dropped}, @missed ? join(', ', @missed) : 'hold'];
  }
  my @strict = map { ai_pc('least-laxity', $_, 40000)->{stream} } 29400, 30000;
  return {rows => \@rows, notes => [
    'Gates: FCFS 750 to 950 ms; least laxity at most 120 ms, with the background job inside 3 s; fixed priority misses the 3 s.',
    @holds ? 'All hold at frames of ' . join(', ', @holds) . ' ms.' : 'There is no frame time at which all hold.',
    'Published (XSched, NPU3720): FCFS 880 ms, laxity 95 ms, fixed priority misses the 3 s.',
    'Frames have the deadline that the gate asks for, 120 ms. With 40 ms, their period, the background job takes '
      . join(' and ', map { sprintf '%.0f', $_->{background}{latency_us}{max} / 1000 } @strict) . ' ms at frames of 29.4 and 30 ms.']};
}

# A focus stream that never rests beside a normal one.
sub share {
  my @rows = (['share asked', 'normal had', 'focus had', 'at least', 'verdict']);
  my ($seconds, $quantum_s) = (6, 0.03);
  for my $share (0, 5, 10, 25, 50) {
    my $run = simulate({firmware => {policy => 'fcfs', bands => 'true', normal_share_percent => $share},
                        run => {measure_us => $seconds * 1000000, drain => 'stop'}, streams => [
      map { {name => $_, model => 'busy-1x1000us', arrival => 'closed_loop', concurrency => 2, band => $_} } qw(focus normal)]});
    my %had = map { $_ => $run->{stream}{$_}{throughput_per_s} * 0.001 } qw(focus normal);
    my $least = max(0, $share / 100 * ($had{normal} + $had{focus}) - $quantum_s / $seconds);
    push @rows, ["$share %", percent($had{normal}), percent($had{focus}), percent($least), verdict($had{normal} >= $least)];
  }
  return {rows => \@rows, notes => ['Jobs of 1 ms, 6 s. At least: its share of what the two had together, less one process quantum of the normal band (30 ms of 6 s).']};
}

# Four periodic tasks of four commands each, deadlines at their periods, equal parts of the load.
my @periods = (5000, 8000, 13000, 21000);

sub task_set {
  my ($policy, $load, $only) = @_;
  my @streams = map { {name => "every_$_", model => 'busy-4x' . int($load * $_ / 16) . 'us', arrival => 'periodic', period_us => $_,
                       deadline_us => $_, band => (qw(realtime focus normal idle))[$_ <= 5000 ? 0 : $_ <= 8000 ? 1 : $_ <= 13000 ? 2 : 3]} } @periods;
  @streams = $streams[$only] if defined $only;
  return simulate({firmware => {policy => $policy}, run => {measure_us => 2000000}, streams => \@streams});
}

# The largest part of any task's deadline that earlier and equal deadlines and one blocking command take.
sub edf_bound {
  my ($load) = @_;
  my $run = task_set('edf', $load);
  my @alone = map { task_set('edf', $load, $_) } 0 .. $#periods;
  my $switch = sum0(map { $run->{preemptions}{"${_}_us"}{max} // 0 } qw(save restore)) + max(map { $_->{cpu}{dispatch_us}{max} } @alone);
  my @cost = map { $_->{streams}[0]{latency_us}{max} + 2 * $switch } @alone;
  my @command = map { int($load * $_ / 16) } @periods;
  return max(map {
    my $i = $_;
    my $blocking = max(0, map { $command[$_] + $switch } $i + 1 .. $#periods);
    sum0(map { $cost[$_] / $periods[$_] } 0 .. $i) + $blocking / $periods[$i];
  } 0 .. $#periods);
}

sub miss_rate {
  my ($run) = @_;
  return sum0(map { $_->{deadline}{missed} } @{$run->{streams}}) / sum0(map { $_->{requests}{submitted} } @{$run->{streams}});
}

my @edf_policies = qw(edf k-edf least-laxity sjf fixed-priority round-robin fcfs);
my @edf_loads = (0.5, 0.7, 0.8, 0.9, 0.95, 0.98, 1, 1.02, 1.05, 1.1, 1.2, 1.3);

sub edf {
  my @rows = (['load', 'bound', map({ "$_ missed" } @edf_policies), 'verdict']);
  my $kept = 1;
  for my $load (@edf_loads) {
    my $bound = edf_bound($load);
    my @missed = map { miss_rate(task_set($_, $load)) } @edf_policies;
    my $holds = $bound > 1 || $missed[0] == 0;
    $kept &&= $holds;
    push @rows, [sprintf('%.2f', $load), sprintf('%.3f', $bound), map({ percent($_) } @missed), $bound > 1 ? '-' : verdict($holds)];
  }
  return {rows => \@rows, notes => [
    'Tasks of four commands with periods and deadlines of 5, 8, 13 and 21 ms, each a quarter of the load; 2 s.',
    'Bound: over all tasks, the most that tasks with no later deadline take of it, each with its worst time alone and two switches, '
      . 'and one command of a later one in the way. Up to 1 EDF may miss none: ' . verdict($kept) . '.']};
}

1;

# scripts/coverage.pl CSV JSON: what scripts/coverage prints of gcovr's tables. Needs perl-base only.
use strict;
use warnings;
use List::Util qw(max);

my ($csv, $json) = @ARGV;

sub text_of {
  my ($file) = @_;
  open my $in, '<', $file or die "coverage: $file: $!\n";
  local $/;
  return scalar <$in>;
}

sub share {
  my ($covered, $of) = @_;
  return $of == 0 ? ('', '-') : ("$covered of $of", sprintf '%.1f %%', 100 * $covered / $of);
}

# File, then lines and branches: how many, how many executed.
my (@rows, @sum);
for (split /\n/, text_of($csv)) {
  my ($file, $lines, $executed, undef, $branches, $taken) = split /,/;
  next if $file eq 'filename';
  push @rows, [$file, share($executed, $lines), share($taken, $branches)];
  my @counts = ($executed, $lines, $taken, $branches);
  $sum[$_] += $counts[$_] for 0 .. $#counts;
}
die "coverage: gcovr has found no file of the firmware\n" unless @rows;
push @rows, ['in all', share(@sum[0, 1]), share(@sum[2, 3])];

my @cells = (['file', 'lines', '', 'branches', ''], @rows);
my @width = map { my $i = $_; max(map { length $_->[$i] } @cells) } 0 .. 4;
for my $row (@cells) {
  printf "%-*s", $width[0], $row->[0];
  printf "  %*s", $width[$_], $row->[$_] for 1 .. 4;
  print "\n";
}

my @never;
my $file = '';
my $text = text_of($json);
while ($text =~ /"file": "([^"]+)", "functions"|"execution_count": (\d+), "lineno": (\d+), "name": "([^"]+)"/g) {
  if (defined $1) { $file = $1 }
  elsif ($2 == 0) { push @never, "  $file:$3 $4" }
}
print @never ? "\nnever called:\n" . join("\n", @never) . "\n" : "\nEvery function is called.\n";

# scripts/policies.pl [--markdown FILE] TAKT [PART...]: what scripts/policies does once takt is built. Needs perl-base only.
use strict;
use warnings;
use File::Basename qw(dirname);
use File::Temp qw(tempdir);
use List::Util qw(max min sum0);
require(dirname(__FILE__) . "/$_.pl") for qw(results policies_laws policies_orders);

my $document = @ARGV && $ARGV[0] eq '--markdown' ? $ARGV[1] : undef;
splice @ARGV, 0, 2 if $document;
my ($takt, @wanted) = @ARGV;
my $scratch = tempdir(CLEANUP => 1);

# Running takt --------------------------------------------------------------------------------------------------------

# {soc => name, firmware => {key => value}, run => {...}, metrics => {...}, npu => {...}, streams => [{name => ..., ...}]}: as TOML.
sub toml_of {
  my ($scenario) = @_;
  my $text = 'soc = "' . ($scenario->{soc} // 'snapdragon-8-gen-2-like') . "\"\n";
  my $keys = sub {
    my ($table) = @_;
    return join '', map { "$_ = " . ($table->{$_} =~ /^(\d+(\.\d+)?|true|false)$/ ? $table->{$_} : "\"$table->{$_}\"") . "\n" } sort keys %$table;
  };
  $text .= "[limits]\nmax_time_us = 1000000000\n";
  $text .= "[$_]\n" . $keys->($scenario->{$_}) for grep { $scenario->{$_} } qw(firmware run metrics npu system_cache);
  $text .= "[[stream]]\n" . $keys->($_) for @{$scenario->{streams}};
  return $text;
}

my $runs = 0;

# The results of a scenario, and of those alike from then on.
my %known;
sub simulate {
  my ($scenario) = @_;
  my $toml = toml_of($scenario);
  return $known{$toml} if $known{$toml};
  my $name = 'run' . ++$runs;
  open my $file, '>', "$scratch/$name.toml" or die "policies: $scratch/$name.toml: $!\n";
  print $file $toml;
  close $file;
  my @command = ($takt, 'run', "$scratch/$name.toml", '--trace-level', 'off', '--quiet', '-o', "$scratch/$name");
  system(@command) == 0 or die "policies: takt failed on\n$toml";
  open my $results, '<', "$scratch/$name/results.json" or die "policies: $scratch/$name/results.json: $!\n";
  my $text = join '', <$results>;
  my $result = json_value(\$text);
  $result->{folder} = "$scratch/$name";
  $result->{stream} = {map { $_->{name} => $_ } @{$result->{streams}}};
  return $known{$toml} = $result;
}

# Of a stream's requests in jobs.csv: microseconds from the firmware's having read the slot to the start, ascending.
sub waits_of {
  my ($run, $stream) = @_;
  open my $file, '<', "$run->{folder}/jobs.csv" or die "policies: $run->{folder}/jobs.csv: $!\n";
  my ($heads, @lines) = map { chomp; [split /,/] } <$file>;
  my %column = map { $heads->[$_] => $_ } 0 .. $#$heads;
  return sort { $a <=> $b } map { $_->[$column{started_us}] - $_->[$column{accepted_us}] } grep { $_->[$column{stream}] eq $stream } @lines;
}

# Nearest rank.
sub percentile { my ($p, @sorted) = @_; return $sorted[int((@sorted * $p + 99) / 100) - 1] }

# Printing ------------------------------------------------------------------------------------------------------------

# Rows of cells, the first one heads.
sub table_lines {
  my ($markdown, @rows) = @_;
  my @width = map { my $i = $_; max(map { length $_->[$i] } @rows) } 0 .. $#{$rows[0]};
  my @lines;
  for my $row (@rows) {
    my @padded = map { sprintf '%-*s', $width[$_], $row->[$_] } 0 .. $#width;
    push @lines, $markdown ? '| ' . join(' | ', @padded) . ' |' : join('  ', @padded) =~ s/\s+$//r;
  }
  splice @lines, 1, 0, '|' . join('|', map { '-' x ($_ + 2) } @width) . '|' if $markdown;
  return @lines;
}

sub us { return defined $_[0] ? sprintf('%.1f', $_[0]) : '-' }
sub ms { return defined $_[0] ? sprintf('%.1f', $_[0] / 1000) : '-' }
sub percent { return defined $_[0] ? sprintf('%.1f %%', 100 * $_[0]) : '-' }

# Replaces what stands between the two marks of the part.
sub write_part {
  my ($path, $part, @lines) = @_;
  my ($begin, $end) = ("<!-- scripts/policies $part begin -->", "<!-- scripts/policies $part end -->");
  open my $in, '<', $path or die "policies: $path: $!\n";
  my $text = join '', <$in>;
  $text =~ s/\Q$begin\E.*\Q$end\E/join "\n", $begin, @lines, $end/se or die "policies: $path lacks '$begin' or '$end'\n";
  open my $file, '>', $path or die "policies: $path: $!\n";
  print $file $text;
  close $file or die "policies: $path: $!\n";
}

# Main ----------------------------------------------------------------------------------------------------------------

# Each gives {rows => [[...], ...], notes => [lines]}.
my @parts = (
  ['laws',   'Laws of preemption',        \&laws],
  ['aipc',   'The AI-PC case',            \&aipc],
  ['share',  'The normal band\'s share',  \&share],
  ['edf',    'Earliest deadline first',   \&edf],
  ['orders', 'Published orderings',       \&orders],
);
for my $part (@parts) {
  my ($name, $title, $measure) = @$part;
  next if @wanted && !grep { $_ eq $name } @wanted;
  my $found = $measure->();
  print join "\n", "== $title", table_lines(0, @{$found->{rows}}), @{$found->{notes}}, '', '';
  write_part($document, $name, table_lines(1, @{$found->{rows}}), '', map { "- $_" } @{$found->{notes}}) if $document;
}

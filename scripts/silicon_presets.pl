# The figures of presets that latencies of these rows chose. Part of scripts/silicon.pl.
use strict;
use warnings;

# Key, in a SoC's preset or in that of the software stack; what it takes, one value for all networks; and the ends of its
# range where a layer model of the same rows is fitted without one network family (none: it was not fitted to latencies but
# follows from the best rate of a chip). The end that makes a network faster comes first.
my @fitted = (
  ['npu.clock_hz'],
  ['npu.tensor.feed_bytes_per_cycle'],
  ['npu.vector.tap_bytes_per_cycle',  624,   310],
  ['npu.vector.move_bytes_per_cycle', 33,    27],
  ['npu.vector.wide_permille',        2100,  2400],
  ['software.submit_ns',              21000, 27000],
  ['software.regular_cycles',         1080,  2280],
  ['software.irregular_cycles',       2400,  6000],
);

# Settings that put every fitted figure that the SoC has from the fit at its fast (0) or its slow (1) end.
sub fitted_ends {
  my ($end, $soc) = @_;
  return map { "$_->[0]=$_->[1 + $end]" } grep { $_->[1] && is_fitted($soc, $_->[0]) } @fitted;
}

# Value, mark and source of a key, from the preset's file or the one that it extends.
sub figure {
  my ($soc, $key) = @_;
  my $presets = dirname(__FILE__) . "/../models/presets";
  my ($section, $name) = $key =~ /^(.*)\.(\w+)$/;
  my $file = $section eq 'software' ? "$presets/software/qnn-2024-like.toml" : "$presets/soc/$soc.toml";
  my ($at, $base) = ('', undef);
  for my $line (lines_of($file)) {
    $at = $1 if $line =~ /^\[(.*)\]/;
    $base = $1 if $line =~ /^extends = "(.*)"/;
    next unless ($section eq 'software' || $at eq $section) && $line =~ /^$name = \{ value = (\S+), mark = "(\w+)", source = "(.*)" \}/;
    return ($1, $2, $3);
  }
  return figure($base, $key) if $base;
  die "silicon: $file: no $key\n";
}

sub is_fitted {
  my ($soc, $key) = @_;
  my (undef, undef, $source) = figure($soc, $key);
  return $key =~ /^software\./ || $source =~ /\bfit\b|best published AI Hub rates/;
}

sub fitted_figures { return @fitted }

sub fitted_columns {
  my (@chips) = @_;
  return [
    ["figure", sub { $_[0][0] }],
    (map { my $chip = $_; [$chip->{name}, sub { figure_text($chip->{soc}, $_[0][0]) }] } @chips),
    ["a family left out", sub { $_[0][1] ? join " .. ", sort { $a <=> $b } @{$_[0]}[1, 2] : "-" }],
    ["source", sub { (figure($chips[0]{soc}, $_[0][0]))[2] }],
  ];
}

# A figure that others than these latencies chose says so.
sub figure_text {
  my ($soc, $key) = @_;
  my ($value, $mark, undef) = figure($soc, $key);
  return "$value, $mark" . (is_fitted($soc, $key) ? "" : " (not fitted)");
}

1;

# Tables and scores of scripts/silicon.pl.
use strict;
use warnings;
use List::Util qw(max sum0);

my @columns = (
  ['chip',            sub { $_[0]{chip} }],
  ['network',         sub { $_[0]{network} }],
  ['precision',       sub { $_[0]{precision} }],
  ['row',             sub { $_[0]{row} }],
  ['measured us',     sub { whole($_[0]{us}) }],
  ['simulated us',    sub { whole($_[0]{deployed}) }],
  ['error',           sub { error_text(error($_[0], 'deployed')) }],
  ['family out us',   sub { defined $_[0]{low} ? join ' .. ', whole($_[0]{low}), whole($_[0]{high}) : '-' }],
  ['no stack us',     sub { whole($_[0]{bare}) }],
  ['error',           sub { error_text(error($_[0], 'bare')) }],
  ['regression us',   sub { whole($_[0]{regression}) }],
  ['error',           sub { error_text(error($_[0], 'regression')) }],
  ['by precision us', sub { whole($_[0]{precisions}) }],
  ['error',           sub { error_text(error($_[0], 'precisions')) }],
);
my @scored_columns = (@columns, ['cause', sub { $_[0]{cause} }]);
my @related_columns = (@columns, ['relation', sub { $_[0]{note} }]);
my @prompt_columns = (
  @columns[0 .. 3],
  ['tokens', sub { $_[0]{prompt}{tokens} }],
  @columns[4 .. 6, 8, 9],
);
my @miss_columns = (
  @columns[0 .. 2],
  ['error',   sub { error_text(error($_[0], 'deployed')) }],
  (map { my $name = $_; [$name, sub { sprintf '%.0f %%', 100 * $_[0]{share}{$name} }] } qw(tensor vector dma stack cpu)),
  ['longest layers', sub { $_[0]{kinds} }],
  ['most waited for', sub { $_[0]{waited} }],
  ['layers',   sub { sprintf '%.0f', $_[0]{layers} }],
  ['deployed', sub { $_[0]{deployed_layers} || '-' }],
);

my @score_columns = (
  ['rows',                        sub { $_[0]{name} }],
  ['number',                      sub { scalar @{$_[0]{rows}} }],
  ['simulated',                   sub { score($_[0], 'deployed') }],
  ['simulated, worse of the ends', sub { score($_[0], 'worst') }],
  ['no stack',                    sub { score($_[0], 'bare') }],
  ['regression',                  sub { score($_[0], 'regression') }],
  ['by precision',                sub { score($_[0], 'precisions') }],
);

my %tables = (scores => \@score_columns, scored => \@scored_columns, misses => \@miss_columns, related => \@related_columns,
              prompts => \@prompt_columns);

sub whole { return defined $_[0] ? sprintf '%.0f', $_[0] : '-' }
sub error_text { return defined $_[0] ? sprintf '%+.0f %%', $_[0] : '-' }

sub error {
  my ($row, $what) = @_;
  return defined $row->{$what} ? 100 * ($row->{$what} / $row->{us} - 1) : undef;
}

sub table {
  my ($markdown, $kind, @rows) = @_;
  return table_of($markdown, $tables{$kind}, @rows);
}

sub table_of {
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
  return '-' unless @errors;
  my ($median, $p90) = map { $errors[int(($_ * @errors + 99) / 100) - 1] } 50, 90;
  return sprintf '%.0f / %.0f', $median, $p90;
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
  return $scale ? sprintf(' / %.3f', $product->(\@measured, \@simulated) / $scale) : '';
}

# Where every row has a value: median / p90 of the absolute error / rank correlation.
sub score {
  my ($set, $what) = @_;
  my @rows = @{$set->{rows}};
  return '-' if grep { !defined $_->{$what} } @rows;
  return spread($what, @rows) . (@rows > 2 ? rank_correlation($what, @rows) : '');
}

# Rows of each chip and of all: every one, those of the regression by precision, those of the regression.
sub score_sets {
  my (@rows) = @_;
  my %seen;
  my @sets;
  for my $chip ('all', grep { !$seen{$_}++ } map { $_->{chip} } @rows) {
    my @of_chip = grep { $chip eq 'all' || $_->{chip} eq $chip } @rows;
    my @w8a8 = grep { defined $_->{regression} } @of_chip;
    my @precisions = grep { defined $_->{precisions} } @of_chip;
    push @sets, {name => $chip, rows => \@of_chip};
    push @sets, {name => "$chip, no language models", rows => \@precisions} if @precisions;
    push @sets, {name => "$chip, w8a8", rows => \@w8a8} if @w8a8;
  }
  return @sets;
}

sub uncovered_lines {
  my ($uncovered) = @_;
  return map {
    my @rows = @{$uncovered->{$_}};
    "$_ (" . @rows . '): ' . join ', ', @rows
  } sort keys %$uncovered;
}


1;

# What a simulator must beat: t = a + b GMAC + c layers + d Mparams, fitted by relative least squares to the other network
# families of the chip, with no coefficient below zero. Part of scripts/silicon.pl.
use strict;
use warnings;
use List::Util qw(all sum0);

# Both forms are fitted leaving one family out. The second covers every precision: a MAC counts as many times, and a layer
# of wide activations as often, as a layer model of the same rows found.
my %mac_factor = (w8a8 => 1, w8a16 => 2, float => 4);
my $wide_layer = 2.34;

sub regression_terms {
  my ($form, $row) = @_;
  my ($gmac, $layers, $mparams) = @{$row->{size}};
  return [1, $gmac, $layers, $mparams] if $row->{precision} eq 'w8a8';
  my $factor = $mac_factor{$row->{precision}};
  return undef unless $form eq 'precisions' && $factor;
  return [1, $factor * $gmac, $wide_layer * $layers, $mparams];
}

# The letters that a network's name begins with, where it was submitted to a benchmark after that benchmark's.
sub family {
  my ($row) = @_;
  return $row->{network} =~ s/^mlperf_mobile_//r =~ /^([a-z]+)/ ? $1 : $row->{network};
}

sub value_of {
  my ($fit, $terms) = @_;
  return sum0(map { $fit->[$_] * $terms->[$_] } 0 .. $#$terms);
}

# Gauss with pivots; nothing where the equations say too little.
sub solution {
  my (@equations) = @_;
  for my $i (0 .. $#equations) {
    my ($pivot) = sort { abs $equations[$b][$i] <=> abs $equations[$a][$i] } $i .. $#equations;
    return unless abs $equations[$pivot][$i] > 1e-12;
    @equations[$i, $pivot] = @equations[$pivot, $i];
    for my $row (grep { $_ != $i } 0 .. $#equations) {
      my $factor = $equations[$row][$i] / $equations[$i][$i];
      $equations[$row][$_] -= $factor * $equations[$i][$_] for $i .. @equations;
    }
  }
  return map { $equations[$_][-1] / $equations[$_][$_] } 0 .. $#equations;
}

# Least squares over the chosen terms alone: [loss, coefficients of all], or nothing.
sub fit_of {
  my ($chosen, @samples) = @_;
  my @equations;
  for my $i (@$chosen) {
    push @equations, [map { my $j = $_; sum0(map { $_->[$i] * $_->[$j] } @samples) } @$chosen];
    push @{$equations[-1]}, sum0(map { $_->[$i] } @samples);
  }
  my @found = solution(@equations) or return;
  return unless all { $_ >= 0 } @found;
  my @fit = (0) x 4;
  @fit[@$chosen] = @found;
  return [sum0(map { (value_of(\@fit, $_) - 1)**2 } @samples), \@fit];
}

# The best fit without a negative coefficient is one over some of the terms.
sub regression {
  my ($form, @rows) = @_;
  my @samples;
  for my $row (@rows) {
    my $terms = regression_terms($form, $row) or next;
    push @samples, [map { $_ / $row->{us} } @$terms];
  }
  return unless @samples > 4;
  my @choices = map { my $bits = $_; [grep { $bits >> $_ & 1 } 0 .. 3] } 1 .. 15;
  my ($best) = sort { $a->[0] <=> $b->[0] } map { fit_of($_, @samples) } @choices;
  return $best->[1];
}

# Adds to every row what each form says of it, fitted to the chip's other families.
sub add_regressions {
  my (@rows) = @_;
  for my $form ('regression', 'precisions') {
    for my $row (@rows) {
      my $terms = regression_terms($form, $row) or next;
      my $fit = regression($form, grep { $_->{chip} eq $row->{chip} && family($_) ne family($row) } @rows) or next;
      $row->{$form} = value_of($fit, $terms);
    }
  }
}

1;

# Operating points: one network at two of them, time and power of the NPU, for scripts/silicon.pl.
use strict;
use warnings;

# Apple, "Deploying Transformers on the Apple Neural Engine", 2022: distilbert-base-uncased-finetuned-sst-2-english, 128
# tokens, iPhone 13. What draws the power is not said; at 133 MB of weights it cannot hold the DRAM.
my %distilbert = (chip => 'A15', soc => 'apple-a15-ane-like', network => 'distilbert', precision => 'fp16');
my @points = (
  {%distilbert, point => 'fastest', level => 0, us => 3470, mw => 454},
  {%distilbert, point => 'low', level => 1, us => 9440, mw => 72},
);

sub off { return error_text(100 * ($_[0] / $_[1] - 1)) }

my @point_columns = (
  ['chip',          sub { $_[0]{chip} }],
  ['network',       sub { $_[0]{network} }],
  ['precision',     sub { $_[0]{precision} }],
  ['point',         sub { $_[0]{point} }],
  ['measured us',   sub { whole($_[0]{us}) }],
  ['simulated us',  sub { whole($_[0]{simulated}) }],
  ['error',         sub { off($_[0]{simulated}, $_[0]{us}) }],
  ['measured mJ',   sub { sprintf '%.2f', $_[0]{us} * $_[0]{mw} / 1e6 }],
  ['simulated mJ',  sub { sprintf '%.2f', $_[0]{mj} }],
  ['error',         sub { off($_[0]{mj}, $_[0]{us} * $_[0]{mw} / 1e6) }],
  ['waits for',     sub { $_[0]{waited} }],
);

# `run` simulates: the results of options.
sub points_table {
  my ($markdown, $run) = @_;
  my @rows = map {
    my $result = $run->('--model', $_->{network}, '--precision', $_->{precision}, '--soc', $_->{soc}, '--requests', 20,
                        '--set', "firmware.power_level=$_->{level}", '--set', 'software.preset=none');
    my $stream = $result->{streams}[0];
    +{%$_, simulated => $stream->{latency_us}{p50}, mj => $result->{power}{rails}{npu} / $stream->{requests}{completed},
     layers_of_last_run()};
  } @points;
  return table_of($markdown, \@point_columns, @rows);
}

1;

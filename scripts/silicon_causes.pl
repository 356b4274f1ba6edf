# Causes of the large misses, found by hand: which rows, which mechanism, what shows it. Part of scripts/silicon.pl.
use strict;
use warnings;

my $large_miss = 25;  # percent

# Name, rows as a pattern over "network precision, chip", text. Figures in the texts are us with the stack, one figure of
# the preset or the stack set otherwise by `takt run --set`; no preset has been changed for them.
my @causes = (
  ['graph', qr/^(mobilebert|vit_b_16|mobilenet_v2) /,
   'The deployed graph is another, with many more layers; what they are is not published. '
     . 'MobileBERT on 8 Gen 2 takes 6276 of 17736; 15708 where each operator costs twice as much and each of attention, norm and '
     . 'layout five times. ViT takes 2960 of 6781 (w8a8); 5907 where moves are ten times slower, 7856 where '
     . 'each operator of attention, norm and layout costs ten times as much: more of either would explain it. MobileNetV2 takes 292 of 415; 357 where each operator costs twice as much.'],
  ['form', qr/^sesr_m5 /,
   'SESR exists as trained and collapsed to a fifth of the layers; the published 338 K parameters mean the former, which the zoo '
     . 'has. Both engines wait for the tensor engine, busy for 70 %: with a feed of 768 instead of 512 B per cycle 696 of 635, '
     . 'without the cost of moves 724. The layer model behind the presets misses by as much (+38 %), and by -47 % collapsed.'],
  ['moves', qr/^(shufflenet_v2_x0_5|yolov8n) /,
   'Data movement runs at 30 B per cycle, 2.4 times slower at 16 bits, also where a blocked layout would make it a stride: '
     . 'shuffles and slices of ShuffleNet, layout of the input and concatenation of YOLOv8n. At the rate of other vector work '
     . '(512 B per cycle) YOLOv8n w8a16 takes 1827 of 3343 on 8 Gen 2 and 1396 of 2272 on 8 Gen 3, ShuffleNet 841 of 686 (fp16, '
     . 'from 1794) and 418 of 324 (w8a8, from 614): the truth lies between. With the penalty of 16 bits dropped YOLOv8n takes '
     . '2328, ShuffleNet fp16 844.'],
  ['operators', qr/^(shufflenet_v2_x0_5|squeezenet1_1|mlperf_mobile_mobilenet_edgetpu\S*) /,
   'A cost per operator that was fitted to networks of larger operators: 56 % of ShuffleNet w8a8, 38 % of MobileNetEdgeTPU. '
     . 'Without it ShuffleNet takes 323 of 324 on 8 Gen 2 (w8a8), MobileNetEdgeTPU 272 of 255, SqueezeNet 159 of 139 on 8 Gen 3.'],
  ['another stack', qr/^mlperf_\S+ /,
   'The preset of the stack is that of AI Hub. These rows are MLPerf submissions, whose stacks cost less (MobileNetEdgeTPU without '
     . 'the call of 46 us 305 of 255, without any stack 219); Samsung\'s has no preset.'],
  ['taps', qr/^convnext_base /,
   'Its 7x7 depthwise layers take a tap at a time; engines that slide over rows use a loaded vector for several taps. At four '
     . 'times the rate of taps: 4033 of 3893 on 8 Gen 3 and 5217 of 5543 on 8 Gen 2.'],
  ['next chip', qr/, 8 Gen 3$/,
   'On 8 Gen 3 the same rows are off in the same direction and further up: the published chip gained more than its clock, which '
     . 'follows from two best rates. At 1.75 GHz, where a layer model of these rows fits best, YOLOv8n w8a16 takes 2969 (from 3240), '
     . 'ConvNeXt 4832 (from 5223), SqueezeNet 180 (from 189). A call of 46 us does not shrink with the clock at all: without it '
     . 'SqueezeNet takes 142. Nothing published says 1.75.'],
  ['share of DRAM', qr/^llama-2-7b .*, 8 Elite$/,
   'A decode step waits for memory, of which one client draws at most 65 % here, on every Snapdragon; by its published rate this '
     . 'network drew 81 % on this chip. With bytes in flight for 81 % it takes 57395 of 55741.'],
  ['slower stack', qr/^llama-3.2-3b .*, X Elite$/,
   'Published at 11.9 tokens/s with this runtime, and at 18.4 (54.3 ms) in an earlier release with another; Llama-2-7B, twice its '
     . 'bytes, reaches 11.2 on the same chip. The preset of the stack is neither.'],
  ['kept from Hexagon', qr/, Exynos 2400$/,
   'Nothing public tells this NPU\'s feed and data movement: both are Hexagon\'s. EDSR takes 8516 of 6773; 7834 with a feed of 768 '
     . 'instead of 512 B per cycle, 6367 where moves are as fast as other vector work; four times the vector width changes 0.5 %.'],
);

sub is_miss { my ($row) = @_; return abs(error($row, 'deployed')) > $large_miss }

sub matching {
  my ($row) = @_;
  return grep { "$row->{network} $row->{precision}, $row->{chip}" =~ $_->[1] } @causes;
}

sub add_causes {
  my (@rows) = @_;
  for my $row (@rows) { $row->{cause} = is_miss($row) ? join(' + ', map { $_->[0] } matching($row)) || 'unknown' : '' }
}

# One paragraph a cause that any of the rows has.
sub causes_of {
  my (@rows) = @_;
  my %used = map { $_->[0] => 1 } map { matching($_) } @rows;
  return map { ("- *$_->[0]*: $_->[2]") } grep { $used{$_->[0]} } @causes;
}

1;

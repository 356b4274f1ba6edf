# Reads results.json. Needs perl-base only.
use strict;
use warnings;

# The part of JSON that results.json uses. Consumes the text it is given.
sub json_value {
  my ($text) = @_;
  $$text =~ s/^\s+//;
  if ($$text =~ s/^\{\s*//) {
    my %object;
    while ($$text =~ s/^"([^"]*)":\s*//) {
      my $key = $1;
      $object{$key} = json_value($text);
      $$text =~ s/^\s*,?\s*//;
    }
    $$text =~ s/^\}//;
    return \%object;
  }
  if ($$text =~ s/^\[\s*//) {
    my @array;
    until ($$text =~ s/^\s*\]//) {
      push @array, json_value($text);
      $$text =~ s/^\s*,?\s*//;
    }
    return \@array;
  }
  return $1 if $$text =~ s/^"([^"]*)"//;
  $$text =~ s/^([^\s,\]\}]+)// or die "unreadable results.json\n";
  return $1 eq 'null' ? undef : $1;
}

1;

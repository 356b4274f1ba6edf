# scripts/abi_reference.pl [CC]: docs/abi.md from the headers of firmware/abi, on standard output. CC, a C compiler (default: cc),
# says where fields lie.
use strict;
use warnings;
use Cwd qw(abs_path);
use File::Basename qw(dirname);
use File::Temp qw(tempdir);

my $root = abs_path(dirname(__FILE__) . '/..');
my $folder = "$root/firmware/abi";
my $compiler = $ARGV[0] // 'cc';

sub read_file {
  my ($path) = @_;
  open my $in, '<', $path or die "abi_reference: $path: $!\n";
  local $/;
  return scalar <$in>;
}

# The text of a comment, its lines joined.
sub prose {
  my ($comment) = @_;
  $comment =~ s{^/\*\s*|\s*\*/$}{}g;
  my @paragraphs = map { join ' ', grep { length } map { s/^\s*\*?\s*|\s+$//gr } split /\n/ } split /\n\s*\*\s*\n/, $comment;
  return join("\n\n", grep { length } @paragraphs) =~ s/\*/\\*/gr;
}

sub cell { my ($text) = @_; return prose($text // '') =~ s/\n+/ /gr =~ s/\|/\\|/gr }

sub table {
  my ($heads, @rows) = @_;
  return join "\n", map({ '| ' . join(' | ', @$_) . ' |' } $heads), '|' . '---|' x @$heads, map { '| ' . join(' | ', @$_) . ' |' } @rows;
}

my $comment = qr{/\*(?:[^*]|\*(?!/))*\*/}s;

# One declaration after the other; what stands before one on lines of its own is its comment.
sub parts_of {
  my ($text) = @_;
  my @parts;
  my $before;
  while ($text =~ /\S/) {
    $text =~ s/^\s+//;
    if ($text =~ s/^($comment)//s) {
      push @parts, {kind => 'text', text => $before} if defined $before;
      $before = $1;
      next;
    }
    my $part;
    if ($text =~ s/^\#define TAKT_(\w+)_REGISTERS\(X\)((?:[^\n]*\\\n)*[^\n]*)\n//) {
      $part = {kind => 'registers', name => $1, body => $2};
    } elsif ($text =~ s/^\#define (\w+)(\([\w, ]*\))?[ \t]+((?:[^\n\/\\]|\/(?!\*)|\\\n)+?)[ \t]*($comment)?[ \t]*\n//s) {
      $part = {kind => 'constant', name => $1 . ($2 // ''), value => $3, what => $4};
    } elsif ($text =~ s/^enum (\w+) \{(.*?)\};[ \t]*($comment)?//s) {
      $part = {kind => 'enum', name => $1, body => $2};
    } elsif ($text =~ s/^typedef struct (\w+) \{(.*?)\n\} \1;//s) {
      $part = {kind => 'struct', name => $1, body => $2};
    } else {
      $text =~ s/^[^\n]*(?:\\\n[^\n]*)*\n?//;
      $before = undef;
      next;
    }
    $part->{before} = $before;
    $before = undef;
    push @parts, $part;
  }
  return @parts;
}

sub registers {
  my ($part) = @_;
  my @rows;
  while ($part->{body} =~ /X\((\w+), (\w+), (0x\w+?)u, (\w\w), (\w+?)u?, \d, "((?:[^"\\]|\\.)*)"\)/g) {
    push @rows, ["`$1.$2`", $3, $4, $5, cell($6)];
  }
  return table(['register', 'offset', 'access', 'reset', ''], @rows);
}

sub enum {
  my ($part) = @_;
  my @rows;
  while ($part->{body} =~ /(\w+) = (\w+),?[ \t]*($comment)?/g) {
    push @rows, ["`$1`", $2 =~ s/u$//r, cell($3)];
  }
  return @rows ? "`enum $part->{name}`\n\n" . table(['value', '', ''], @rows) : undef;
}

# {type, name, count, what} of each field.
sub fields_of {
  my ($part) = @_;
  my @fields;
  my $body = $part->{body} =~ s/union \{.*?\} (\w+);/union $1;/sr;
  while ($body =~ /\G\s*(?:($comment)\s*)?(\w+) (\w+)((?:\[[\w ]+\])*);[ \t]*($comment)?/gc) {
    push @fields, {type => $2, name => $3, count => $4, what => $5 // $1};
  }
  my $rest = substr $body, pos($body) // 0;
  die "abi_reference: $part->{name}: found '$rest', expected a field\n" if $rest =~ /\S/;
  return @fields;
}

# "struct" or "struct.field" -> what the compiler says of it.
sub layout_of {
  my (@structs) = @_;
  my $scratch = tempdir(CLEANUP => 1);
  open my $out, '>', "$scratch/layout.c" or die "abi_reference: $scratch/layout.c: $!\n";
  print $out "#include <stdio.h>\n#include \"firmware/abi/abi.h\"\nint main(void) {\n";
  for my $part (@structs) {
    print $out "  printf(\"$part->{name} %zu 0\\n\", sizeof($part->{name}));\n";
    print $out "  printf(\"$part->{name}.$_->{name} %zu %zu\\n\", offsetof($part->{name}, $_->{name}), sizeof((($part->{name}*)0)->$_->{name}));\n"
      for fields_of($part);
  }
  print $out "  return 0;\n}\n";
  close $out or die "abi_reference: $scratch/layout.c: $!\n";
  system($compiler, '-std=c11', "-I$root", "$scratch/layout.c", '-o', "$scratch/layout") == 0 or die "abi_reference: $compiler failed\n";
  return map { my ($what, $first, $second) = split; $what => [$first, $second] } split /\n/, `$scratch/layout`;
}

sub structure {
  my ($part, $layout) = @_;
  my $name = $part->{name};
  my @rows = map { [@{$layout->{"$name.$_->{name}"}}, "`$_->{name}`", "$_->{type}$_->{count}", cell($_->{what})] } fields_of($part);
  return "`$name`, $layout->{$name}[0] bytes\n\n" . table(['byte', 'bytes', 'field', 'type', ''], @rows);
}

# The comment that a header begins with, and its parts.
sub read_header {
  my ($header) = @_;
  my $text = read_file("$folder/$header");
  $text =~ s/^($comment)//s or die "abi_reference: $header: found no comment at its beginning\n";
  my $begin = $1;
  $text =~ s/^\s*#ifndef \w+\n#define \w+\n//;
  $text =~ s/^#(?:include|ifdef|ifndef|else|endif|undef)[^\n]*\n//mg;
  return {name => $header, begin => $begin, parts => [parts_of($text)]};
}

sub page_of {
  my ($header, $layout) = @_;
  my @blocks = ("## $header->{name}", prose($header->{begin}));
  my @constants;
  my $flush = sub {
    push @blocks, table(['constant', 'value', ''], @constants) if @constants;
    @constants = ();
  };
  for my $part (@{$header->{parts}}) {
    next if ($part->{name} // '') =~ /^TAKT_(REGISTER_OFFSET|STATIC_ASSERT)/ || ($part->{name} // '') =~ /register_offset$/;
    if ($part->{kind} eq 'constant') {
      if (defined $part->{before}) {
        $flush->();
        push @blocks, prose($part->{before});
      }
      my $value = $part->{value} =~ s/\s*\\\n\s*/ /gr;
      push @constants, ["`$part->{name}`", $value =~ /^\w+$/ ? $value =~ s/u(ll)?$//r : '`' . ($value =~ s/\|/\\|/gr) . '`', cell($part->{what})];
      next;
    }
    $flush->();
    my $what = $part->{kind} eq 'text' ? undef
             : $part->{kind} eq 'registers' ? registers($part) : $part->{kind} eq 'enum' ? enum($part) : structure($part, $layout);
    push @blocks, prose($part->{before} // $part->{text}) if defined($part->{before} // $part->{text});
    push @blocks, $what if defined $what;
  }
  $flush->();
  return join "\n\n", @blocks;
}

my @headers = map { read_header($_) } read_file("$folder/abi.h") =~ m{#include "firmware/abi/(\w+\.h)"}g;
my %layout = layout_of(grep { $_->{kind} eq 'struct' } map { @{$_->{parts}} } @headers);
print <<'END';
# The ABI

The interface between driver, firmware, hardware and compiler, from the headers in [`firmware/abi`](../firmware/abi/README.md), which
count; `scripts/abi_reference.pl` writes this page from them. Everything is little-endian. A minor version only appends: what a
released one contains is frozen under `tests/abi`.

END
print join(' | ', map { my $anchor = $_->{name} =~ s/\.//r; "[$_->{name}](#$anchor)" } @headers), "\n\n";
print join("\n\n", map { page_of($_, \%layout) } @headers), "\n";

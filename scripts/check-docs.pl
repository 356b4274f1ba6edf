# scripts/check-docs.pl BUILD MODELS [--fix] FILE...: what scripts/check-docs does. Needs perl-base only.
use strict;
use warnings;
use Cwd qw(getcwd);
use File::Temp qw(tempdir);

my ($build, $models, @files) = @ARGV;
my $fix = @files && $files[0] eq '--fix' && shift @files;
my $root = getcwd();
my ($failed, $skipped) = (0, 0);

sub read_lines {
  my ($path) = @_;
  open my $in, '<', $path or die "check-docs: $path: $!\n";
  my @lines = <$in>;
  chomp @lines;
  return @lines;
}

sub write_file {
  my ($path, @lines) = @_;
  open my $out, '>', $path or die "check-docs: $path: $!\n";
  print $out map { "$_\n" } @lines;
  close $out or die "check-docs: $path: $!\n";
}

# A file as steps: {text} stays as it is; {command, expected, line} is run; {save, content} is written; {setup} is run
# and not looked at.
sub steps_of {
  my (@lines) = @_;
  my (@steps, $next);
  for (my $i = 0; $i < @lines; ++$i) {
    push @steps, {text => $lines[$i]};
    if ($lines[$i] =~ /^<!-- run: (.*) -->$/) {
      push @steps, {setup => $1};
    } elsif ($lines[$i] =~ /^<!-- prints: (.*) -->$/) {
      push @steps, {command => $1, line => $i + 1, expected => [], quiet => 1};
      push @{$steps[-1]{expected}}, $lines[$i] while ++$i < @lines && $lines[$i] ne '<!-- end -->';
      push @steps, {text => $lines[$i]} if $i < @lines;
    } elsif ($lines[$i] =~ /^<!-- (run|save: (\S+)) -->$/) {
      $next = $2 // '';
    } elsif ($lines[$i] =~ /^```/) {
      my $begin = ++$i;
      ++$i while $i < @lines && $lines[$i] !~ /^```$/;
      my @block = map { [$_, $lines[$_ - 1]] } $begin + 1 .. $i;
      if (defined $next) {
        push @steps, map { {text => $_->[1]} } @block;
        my @content = map { $_->[1] } @block;
        push @steps, $next ne '' ? {save => $next, content => \@content} : {setup => join "\n", @content};
        undef $next;
      } elsif (@block && $block[0][1] =~ /^\$ /) {
        for (@block) {
          if ($_->[1] =~ /^\$ (.*)$/) {
            push @steps, {command => $1, line => $_->[0], expected => []};
          } else {
            push @{$steps[-1]{expected}}, $_->[1];
          }
        }
      } else {
        push @steps, map { {text => $_->[1]} } @block;
      }
      push @steps, {text => $lines[$i]} if $i < @lines;
    }
  }
  return @steps;
}

# A published model file that the command names and that is not there.
sub missing_model {
  my ($command, $folder) = @_;
  my ($missing) = grep { !-e "$folder/$_" } $command =~ /\b((?:mlperf|tflm)_\w+\.tflite)\b/g;
  return $missing;
}

# The programs of scripts/ that the pages show, without building again.
sub write_scripts {
  my ($folder) = @_;
  mkdir "$folder/scripts";
  write_file("$folder/scripts/run", '#!/bin/sh', '[ $# -gt 0 ] || set -- run default', 'exec takt "$@"');
  chmod 0755, "$folder/scripts/run";
}

# One shell runs the whole file, so that its variables and exit codes carry over.
sub run_all {
  my ($folder, @steps) = @_;
  my $number = 0;
  my $script = "set -o pipefail\n";
  for my $step (@steps) {
    if (defined $step->{save}) {
      write_file("$folder/$step->{save}", @{$step->{content}});
    } elsif (defined $step->{setup}) {
      $script .= "$step->{setup}\n";
    } elsif (defined $step->{command}) {
      $step->{missing} = missing_model($step->{command}, $folder);
      next if defined $step->{missing};
      $step->{output} = "$folder/.output." . ++$number;
      $script .= "{ $step->{command}\n} > '$step->{output}' 2>&1\n";
    }
  }
  write_file("$folder/.script", $script);
  local $ENV{PATH} = "$build:$ENV{PATH}";
  local $ENV{LC_ALL} = 'C.UTF-8';
  system('bash', '-c', "cd '$folder' && exec bash .script > .setup 2>&1");
}

sub pattern_of {
  my (@expected) = @_;
  my $pattern = join '', map { $_ eq '...' ? '(?:.*\n)*?' : join('.*', map { quotemeta } split /\.\.\./, $_, -1) . '\n' } @expected;
  return qr/^$pattern$/;
}

# What was printed, cut where the page had cut it before.
sub cut_like {
  my ($expected, @printed) = @_;
  my ($first) = grep { $expected->[$_] eq '...' } 0 .. $#$expected;
  return @printed unless defined $first;
  my ($last) = grep { $expected->[$_] eq '...' } reverse 0 .. $#$expected;
  my $tail = $#$expected - $last;
  return @printed if $first + $tail >= @printed;
  return (@printed[0 .. $first - 1], '...', $tail ? @printed[@printed - $tail .. $#printed] : ());
}

sub check {
  my ($file) = @_;
  my @lines = read_lines($file);
  my @steps = steps_of(@lines);
  return unless grep { defined $_->{command} } @steps;
  my $folder = tempdir(CLEANUP => 1);
  symlink $_, "$folder/" . (split m{/})[-1] for glob "$models/*.tflite";
  write_scripts($folder);
  run_all($folder, @steps);
  my @fixed;
  for my $step (@steps) {
    if (defined $step->{text}) {
      push @fixed, $step->{text};
      next;
    }
    next unless defined $step->{command};
    push @fixed, "\$ $step->{command}" unless $step->{quiet};
    my @expected = @{$step->{expected}};
    if (defined $step->{missing}) {
      ++$skipped;
      print "$file:$step->{line}: skipped: needs $step->{missing}\n";
      push @fixed, @expected;
      next;
    }
    my @printed = -e $step->{output} ? read_lines($step->{output}) : ('(not reached)');
    my $text = join '', map { "$_\n" } @printed;
    if ($text =~ pattern_of(@expected)) {
      push @fixed, @expected;
      next;
    }
    my @shown = cut_like(\@expected, map { s{\Q$folder\E}{/...}gr } @printed);
    push @fixed, @shown;
    next if $fix;
    ++$failed;
    print "$file:$step->{line}: \$ $step->{command}\n", map({ "  - $_\n" } @expected), map({ "  + $_\n" } @shown);
  }
  write_file($file, @fixed) if $fix && join("\n", @fixed) ne join("\n", @lines);
}

check($_) for @files;
print "check-docs: $failed commands print something else", $skipped ? ", $skipped skipped" : '', "\n" if $failed || $skipped;
exit($failed ? 1 : 0);

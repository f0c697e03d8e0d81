#!/usr/bin/perl
# Runs bpftrace and writes what companion.bt tells of certain containers as JSON, an object a line: companion.pl TO. With
# `probe` it only finds out whether the kernel takes such a program. Containers come in on stdin, a line each: identifier,
# and process id of the first process. Lines of JSON on stdout say how it fares: ready, watching, ended. Ends on SIGTERM,
# when all that the kernel has told has been written; events that bpftrace lost are counted.
use strict;
use warnings;
use IO::Handle;
use IO::Select;

# None of the engine's mounts has the tracepoints; they are there for this container alone.
system('mount', '-t', 'tracefs', 'tracefs', '/sys/kernel/tracing') == 0 or exit refuse('the tracepoints of the kernel cannot be mounted');
if ($ARGV[0] eq 'probe') {
  my $said = `bpftrace -e 'BEGIN { exit(); } tracepoint:sock:inet_sock_set_state { exit(); }' 2>&1`;
  exit refuse('the kernel does not take a BPF program', $said) if $?;
  print qq({"event":"open"}\n);
  exit 0;
}

my $to = $ARGV[0];
my %wanted;
my ($lost, $leap, $done) = (0, 0, 0);
open(my $out, '>>', $to) or die "$to: $!";
chmod 0644, $to;
$out->autoflush(1);
STDOUT->autoflush(1);
# Pages of a processor's buffer: 64, as they are by default, lose events of a burst.
$ENV{BPFTRACE_PERF_RB_PAGES} = 4096;
my $pid = open(my $in, '-|', 'exec bpftrace -B line /opt/tocsin/companion.bt 2>&1') or die "bpftrace: $!";
$SIG{TERM} = sub { kill 'INT', $pid };
my $ready = IO::Select->new($in, \*STDIN);
my %rest = (in => '', ids => '');

sub refuse {
  my ($reason, $said) = @_;
  print STDERR $said // '';
  print STDOUT qq({"event":"refused","reason":"$reason"}\n);
  return 2;
}

sub read_from {
  my ($handle, $name) = @_;
  my $count = sysread($handle, $rest{$name}, 1 << 16, length $rest{$name});
  return $!{EINTR} if !defined $count;
  return 0 unless $count;
  my @lines = split /\n/, $rest{$name}, -1;
  $rest{$name} = pop @lines;
  if ($name eq 'ids') { watch($_) for @lines }
  else { take_in($_) for @lines }
  return 1;
}

sub watch {
  my ($id) = shift =~ /^([0-9a-f]{64}) [0-9]+$/ or return;
  $wanted{$id} = 1;
  print qq({"event":"watching","container":"$id"}\n);
}

sub take_in {
  my $line = shift;
  my ($kind, $time, @fields) = split /\t/, $line, -1;
  if (!defined $kind) { return }
  if ($kind eq 'ready') {
    # TAI is ahead of UTC by whole seconds, or not at all where nobody has told the kernel.
    $leap = int(($time - `date +%s%N`) / 1e9 + 0.5);
    print qq({"event":"ready","bpftrace":"), `dpkg-query -W -f '\${Version}' bpftrace`, qq("}\n);
    return;
  }
  if ($line =~ /^Lost ([0-9]+) events/) { $lost += $1; return }
  if ($kind !~ /^(?:exec|tcp|udp)$/) { print STDERR "$line\n" unless $line =~ /^(?:Attaching|$)/; return }
  my ($container) = "$fields[0] $fields[1]" =~ /\b([0-9a-f]{64})\b/ or return;
  return unless $wanted{$container};
  # In milliseconds, without the rounding of a division.
  my $below = $time % 1_000_000;
  my $at = sprintf '%d.%03d', ($time - $leap * 1_000_000_000 - $below) / 1_000_000, $below / 1000;
  my $who = qq("at":$at,"container":"$container","pid":$fields[2],"ppid":$fields[3]);
  print $out $kind eq 'exec' ? execution($who, @fields[4 .. 9]) : connection($kind, $who, @fields[4 .. 10]), "\n";
}

sub execution {
  my ($who, $uid, $name, $links, $socket, $arguments, $environment) = @_;
  my @words = words($arguments);
  # Other variables are nobody's business.
  my @kept = grep { /^(?:LD_PRELOAD|LD_LIBRARY_PATH|LD_AUDIT|TOCSIN_MARKER)=/ } words($environment);
  my %variables = map { split /=/, $_, 2 } @kept;
  return qq({"event":"exec",$who,"uid":$uid,"name":) . text($name) . ',"deleted":' . ($links == 0 ? 'true' : 'false')
    . ',"stdin":"' . ($socket ? 'socket' : 'other') . '","arguments":[' . join(',', map { text($_) } @words)
    . '],"environment":{' . join(',', map { text($_) . ':' . text($variables{$_}) } sort keys %variables) . '}}';
}

sub connection {
  my ($protocol, $who, $name, $state, $source, $sport, $destination, $dport, $asked) = @_;
  # A request in a ring is carried out like a call of connect, which nobody has made.
  my $call = $asked ? 'connect' : 'other';
  my $result = $state == 1 ? 'established' : 'failed';
  return qq({"event":"connect",$who,"name":) . text($name) . qq(,"protocol":"$protocol","result":"$result","call":"$call",)
    . qq("source":{"address":"$source","port":$sport},"destination":{"address":"$destination","port":$dport}});
}

# Bytes in hexadecimal, words that end with a zero byte; the last one may be cut.
sub words { return split /\0/, pack('H*', $_[0] =~ tr/ //dr) }

sub text {
  my $text = shift;
  # What is no UTF-8 becomes U+FFFD.
  if (!utf8::decode($text)) { $text =~ s/[\x80-\xff]/\x{fffd}/g }
  $text =~ s/(["\\])/\\$1/g;
  $text =~ s/([\x00-\x1f\x7f])/sprintf '\\u%04x', ord $1/ge;
  utf8::encode($text);
  return qq("$text");
}

while (!$done) {
  for my $handle ($ready->can_read) {
    next if read_from($handle, $handle == $in ? 'in' : 'ids');
    $ready->remove($handle);
    $done = 1 if $handle == $in;
  }
}
waitpid $pid, 0;
exit refuse('bpftrace ended with status ' . ($? >> 8)) if $?;
print qq({"event":"ended","lost":$lost}\n);

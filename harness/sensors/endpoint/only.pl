#!/usr/bin/perl
# Copies the lines of a growing file that are about certain containers: only.pl NAME FROM TO. Containers come in on stdin, a
# line each: identifier, and process id of the first process. Ends on SIGTERM, when all that is there has been copied.
# Writes a line to /run/told when it reads of a rule with the key tocsin_end_NAME.
#
# laurel finds out the container of a process in /proc, where a short-lived one is gone before it looks. A process whose
# parent is known to be in a container is in it too. Every line gets the container as CONTAINER_INFO. How often somebody
# switched the audit off is counted in /run/switched. The kernel numbers its events without a gap, also those that it drops
# without counting them, as it does when auditd has not read for half a second: how many never came, or not whole, is in /run/absent.
use strict;
use warnings;
use IO::Handle;
use IO::Select;

my ($name, $from, $to) = @ARGV;
my %wanted;
# Container of each process that is known to be in one that is wanted.
my %container;
my ($done, $switched, $absent, $next) = (0, 0, 0, undef);
$SIG{TERM} = sub { $done = 1 };
open(my $out, '>>', $to) or die "$to: $!";
chmod 0644, $to;
$out->autoflush(1);
STDOUT->autoflush(1);
open(my $in, '<', $from) or die "$from: $!";
# For reading too, so that it can be opened when nobody reads.
open(my $told, '+<', '/run/told') or die "told: $!";
$told->autoflush(1);
my $ready = IO::Select->new(\*STDIN);
my %rest = (in => '', ids => '');
# Seconds between two looks at a file that has not grown.
my $pause = 0.005;

sub take {
  my ($handle, $name) = @_;
  my $count = sysread($handle, $rest{$name}, 1 << 16, length $rest{$name});
  return 0 unless $count;
  my @lines = split /\n/, $rest{$name}, -1;
  $rest{$name} = pop @lines;
  if ($name eq 'ids') { watch($_) for @lines }
  else { copy($_) for @lines }
  return 1;
}

sub switched {
  $switched++;
  open(my $file, '>', '/run/switched') or die "switched: $!";
  print $file $switched;
  close $file;
}

# Counts the numbers that are left out; one that comes late is taken off again. Records of auditd's own have numbers of
# their own. An event has several records, of which each can be dropped; those that say what was done are missed.
sub number {
  my $line = shift;
  my ($serial) = $line =~ /^\{"ID":"[0-9.]+:([0-9]+)"/ or return;
  return if $line =~ /^[^{]*\{[^{]*"DAEMON_/;
  $next //= $serial;
  if ($serial < $next) { $absent-- }
  else {
    $absent += $serial - $next;
    $next = $serial + 1;
  }
  my $wanted = $line !~ /"(?:SYSCALL|URINGOP)":/ ? ($line =~ /"(?:EXECVE|SOCKADDR|CWD|PATH|PROCTITLE)":/ ? '"SYSCALL":' : undef)
    : $line =~ /"SYSCALL":\{[^{}]*"key":"tocsin_exec_/ ? ($line =~ /"success":"yes"/ ? '"EXECVE":' : undef)
    : $line =~ /"SYSCALL":\{[^{}]*"key":"tocsin_(?:connect|send|bind|accept|peer)_/ ? '"SOCKADDR":' : undef;
  $absent++ if defined $wanted && index($line, $wanted) < 0;
}

sub watch {
  my ($id, $first) = shift =~ /^([0-9a-f]{64}) ([0-9]+)$/ or return;
  $wanted{$id} = 1;
  $container{$first} = $id;
  print qq({"event":"watching","container":"$id"}\n);
}

sub copy {
  my $line = shift;
  number($line);
  # Whoever switches the audit off is told while it is still on. It may be on again when the sensor ends.
  switched() if $line =~ /"CONFIG_CHANGE":\[\{[^\]]*"audit_enabled":0/;
  print $told "\n" if $line =~ /"CONFIG_CHANGE":\[\{[^\]]*"key":"tocsin_end_$name"/;
  my ($parent, $process) = $line =~ /"ppid":([0-9]+),"pid":([0-9]+)/ or return;
  my ($id) = $line =~ /"PID":\{[^{}]*"container":\{"id":"([0-9a-f]{64})"/;
  if (defined $id) {
    if ($wanted{$id}) { $container{$process} = $id }
    else { delete $container{$process} }
  } elsif (defined $container{$parent}) {
    $container{$process} = $container{$parent};
  } elsif ($line =~ /"EXECVE":/) {
    # The number of a process of old, given to a new one.
    delete $container{$process};
  }
  my $found = $container{$process} or return;
  $line =~ s/\}\z/,"CONTAINER_INFO":{"ID":"$found"}}/;
  print $out "$line\n";
}

# laurel renames the file when it is large, and begins another. Once the other is there the first grows no more: only then
# it has been read to its end.
sub next_file {
  my ($device, $inode) = stat $from or return 0;
  my ($own_device, $own_inode) = stat $in;
  return 0 if $device == $own_device && $inode == $own_inode;
  1 while take($in, 'in');
  open($in, '<', $from) or die "$from: $!";
  return 1;
}

# What is there when it is told to end has been written before.
while (1) {
  my $ending = $done;
  my $is_new = 0;
  do {
    1 while take($in, 'in');
    $is_new = next_file();
  } while $is_new;
  last if $ending;
  for my $handle ($ready->can_read($pause)) {
    $ready->remove($handle) unless take($handle, 'ids');
  }
  # Without a standard input there is nothing to wait for.
  select(undef, undef, undef, $pause) unless $ready->count;
}
open(my $file, '>', '/run/absent') or die "absent: $!";
print $file $absent;
close $file;

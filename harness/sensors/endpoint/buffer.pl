#!/usr/bin/perl
# Stands between a source of audit records and laurel: takes all that comes at once, keeps it in memory, and hands it on as
# fast as laurel can read. auditd waits for nobody: its own queue is short, and what does not fit is dropped. Ends when its
# standard input has ended and laurel has read everything, and says so by a file, /run/laurel-ended, as it
# says by /run/laurel-runs that it has begun.
use strict;
use warnings;
use Fcntl qw(F_SETFL O_NONBLOCK);
use IO::Select;

# Bytes in memory at most. Beyond them nothing more is taken: then the source's own queue fills, and it counts what it drops.
my $most = 256 << 20;
my $piece = 1 << 16;
# auditd ends its plugins by a signal when it ends; what it has written until then is still to be read.
$SIG{$_} = 'IGNORE' for qw(TERM HUP PIPE);
my $pid = open(my $laurel, '|-', '/usr/sbin/laurel', '--config', '/opt/tocsin/laurel.toml') or die "laurel: $!";
# auditd starts a plugin again that has died, and nobody knows what was lost with it.
note(-e '/run/laurel-runs' ? 'again' : 'runs');
fcntl($laurel, F_SETFL, O_NONBLOCK) or die "fcntl: $!";
my ($in, $out) = (IO::Select->new(\*STDIN), IO::Select->new($laurel));
my ($ended, $waiting, @pieces) = (0, 0);

sub note {
  my $name = "/run/laurel-$_[0]";
  open(my $file, '>', $name) or die "$name: $!";
  close $file;
}

sub take {
  my $count = sysread(STDIN, my $bytes, $piece);
  if (!$count) { $ended = 1; return }
  push @pieces, $bytes;
  $waiting += $count;
}

sub hand_on {
  while (@pieces) {
    my $count = syswrite($laurel, $pieces[0]);
    if (!defined $count) { die "laurel: $!" unless $!{EAGAIN}; return }
    $waiting -= $count;
    substr($pieces[0], 0, $count) = '';
    shift @pieces if $pieces[0] eq '';
  }
}

while (!$ended || @pieces) {
  my $may_take = !$ended && $waiting < $most;
  my ($can_read, $can_write) = IO::Select->select($may_take ? $in : undef, @pieces ? $out : undef, undef);
  take() if $can_read && @$can_read;
  hand_on() if @pieces && (!$can_write || @$can_write);
}
close $laurel;
note('ended');

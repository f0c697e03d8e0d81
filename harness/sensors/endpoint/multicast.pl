#!/usr/bin/perl
# Reads audit records from the kernel's multicast group, beside an auditd that is there already, and prints them as auditd
# hands them to its plugins. linux/audit.h: NETLINK_AUDIT 9, AUDIT_NLGRP_READLOG 1. What the kernel had to drop because
# the reader was too slow (ENOBUFS) is counted in /run/overruns.
use strict;
use warnings;
use Socket;
use Errno qw(ENOBUFS EINTR);

my %name = (
  1302 => 'PATH', 1300 => 'SYSCALL', 1306 => 'SOCKADDR', 1307 => 'CWD', 1309 => 'EXECVE', 1318 => 'OBJ_PID', 1320 => 'EOE',
  1321 => 'BPRM_FCAPS', 1322 => 'CAPSET', 1323 => 'MMAP', 1327 => 'PROCTITLE', 1332 => 'OPENAT2', 1305 => 'CONFIG_CHANGE',
  1701 => 'ANOM_ABEND', 1700 => 'ANOM_PROMISCUOUS', 1325 => 'NETFILTER_CFG', 1326 => 'SECCOMP', 1334 => 'BPF', 1336 => 'URINGOP',
);
my ($af_netlink, $netlink_audit, $so_rcvbufforce) = (16, 9, 33);
$| = 1;
socket(my $socket, $af_netlink, SOCK_RAW, $netlink_audit) or die "netlink: $!";
setsockopt($socket, SOL_SOCKET, $so_rcvbufforce, pack('i', 32 << 20)) or setsockopt($socket, SOL_SOCKET, SO_RCVBUF, pack('i', 32 << 20));
bind($socket, pack('S x2 L L', $af_netlink, 0, 1)) or die "multicast group: $!";
my $overruns = 0;
while (1) {
  my $message;
  if (!defined recv($socket, $message, 65536, 0)) {
    next if $! == EINTR;
    die "recv: $!" unless $! == ENOBUFS;
    open(my $file, '>', '/run/overruns') or die "overruns: $!";
    print $file ++$overruns;
    close $file;
    next;
  }
  my ($length, $type) = unpack('L S', $message);
  my $text = substr($message, 16, $length - 16);
  $text =~ s/[\0\n]+\z//;
  print 'type=', $name{$type} // "UNKNOWN[$type]", " msg=$text\n";
}

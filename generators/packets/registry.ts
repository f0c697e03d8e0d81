import { ethernet } from './layers/ethernet.ts'
import { llc } from './layers/llc.ts'
import { stp } from './layers/stp.ts'
import { dot1q } from './layers/dot1q.ts'
import { dot1ad } from './layers/dot1ad.ts'
import { vntag } from './layers/vntag.ts'
import { dot1ah } from './layers/dot1ah.ts'
import { fabricPath } from './layers/fabric-path.ts'
import { arp } from './layers/arp.ts'
import { pppoeDiscovery } from './layers/pppoe-discovery.ts'
import { pppoeSession } from './layers/pppoe-session.ts'
import { ppp } from './layers/ppp.ts'
import { lcp } from './layers/lcp.ts'
import { mpls } from './layers/mpls.ts'
import { pseudowire } from './layers/pseudowire.ts'
import { nsh } from './layers/nsh.ts'
import { ipv4 } from './layers/ipv4.ts'
import { ipv6 } from './layers/ipv6.ts'
import { hopByHopOptions } from './layers/hop-by-hop-options.ts'
import { destinationOptions } from './layers/destination-options.ts'
import { routing } from './layers/routing.ts'
import { fragment } from './layers/fragment.ts'
import { authentication } from './layers/authentication.ts'
import { esp } from './layers/esp.ts'
import { icmp } from './layers/icmp.ts'
import { igmp } from './layers/igmp.ts'
import { icmpv6 } from './layers/icmpv6.ts'
import { routerSolicitation } from './layers/router-solicitation.ts'
import { routerAdvertisement } from './layers/router-advertisement.ts'
import { neighborSolicitation } from './layers/neighbor-solicitation.ts'
import { neighborAdvertisement } from './layers/neighbor-advertisement.ts'
import { ndRedirect } from './layers/nd-redirect.ts'
import { mld } from './layers/mld.ts'
import { mldv2Report } from './layers/mldv2-report.ts'
import { tcp } from './layers/tcp.ts'
import { udp } from './layers/udp.ts'
import { sctp } from './layers/sctp.ts'
import { gre } from './layers/gre.ts'
import { erspan } from './layers/erspan.ts'
import { vxlan } from './layers/vxlan.ts'
import { geneve } from './layers/geneve.ts'
import { teredo } from './layers/teredo.ts'
import { dns } from './layers/dns.ts'
import { dnsOverTcp } from './layers/dns-over-tcp.ts'
import { http } from './layers/http.ts'
import { http2 } from './layers/http2.ts'
import { quic } from './layers/quic.ts'
import { quicShort } from './layers/quic-short.ts'
import { mqtt } from './layers/mqtt.ts'
import { modbus } from './layers/modbus.ts'
import { dnp3 } from './layers/dnp3.ts'
import { tlsRecord } from './layers/tls-record.ts'
import { tlsHandshake } from './layers/tls-handshake.ts'
import { tlsClientHello } from './layers/tls-client-hello.ts'
import { tlsServerHello } from './layers/tls-server-hello.ts'
import { tlsCertificate } from './layers/tls-certificate.ts'
import { tlsAlert } from './layers/tls-alert.ts'
import { tlsHeartbeat } from './layers/tls-heartbeat.ts'
import { ssh } from './layers/ssh.ts'
import { smtp } from './layers/smtp.ts'
import { ftp } from './layers/ftp.ts'
import { telnet } from './layers/telnet.ts'
import { tftp } from './layers/tftp.ts'
import { sip } from './layers/sip.ts'
import { rtp } from './layers/rtp.ts'
import { rfb } from './layers/rfb.ts'
import { tpkt } from './layers/tpkt.ts'
import { x224 } from './layers/x224.ts'
import { rdpNegotiation } from './layers/rdp-negotiation.ts'
import { syslog } from './layers/syslog.ts'
import { nbss } from './layers/nbss.ts'
import { smb1 } from './layers/smb1.ts'
import { smb2 } from './layers/smb2.ts'
import { dcerpc } from './layers/dcerpc.ts'
import { rpcRecord } from './layers/rpc-record.ts'
import { rpc } from './layers/rpc.ts'
import { nfs } from './layers/nfs.ts'
import { kerberosOverTcp } from './layers/kerberos-over-tcp.ts'
import { kerberos } from './layers/kerberos.ts'
import { snmp } from './layers/snmp.ts'
import { ike } from './layers/ike.ts'
import { dhcp } from './layers/dhcp.ts'
import { ntp } from './layers/ntp.ts'
import { enip } from './layers/enip.ts'
import { payload } from './layers/payload.ts'

/** Every packet layer by its name, outer ones first. */
export const layers = {
  ethernet,
  llc,
  stp,
  dot1q,
  dot1ad,
  vntag,
  dot1ah,
  fabricPath,
  arp,
  pppoeDiscovery,
  pppoeSession,
  ppp,
  lcp,
  mpls,
  pseudowire,
  nsh,
  ipv4,
  ipv6,
  hopByHopOptions,
  destinationOptions,
  routing,
  fragment,
  authentication,
  esp,
  icmp,
  igmp,
  icmpv6,
  routerSolicitation,
  routerAdvertisement,
  neighborSolicitation,
  neighborAdvertisement,
  ndRedirect,
  mld,
  mldv2Report,
  tcp,
  udp,
  sctp,
  gre,
  erspan,
  vxlan,
  geneve,
  teredo,
  dns,
  dnsOverTcp,
  http,
  http2,
  quic,
  quicShort,
  mqtt,
  modbus,
  dnp3,
  tlsRecord,
  tlsHandshake,
  tlsClientHello,
  tlsServerHello,
  tlsCertificate,
  tlsAlert,
  tlsHeartbeat,
  ssh,
  smtp,
  ftp,
  telnet,
  tftp,
  sip,
  rtp,
  rfb,
  tpkt,
  x224,
  rdpNegotiation,
  syslog,
  nbss,
  smb1,
  smb2,
  dcerpc,
  rpcRecord,
  rpc,
  nfs,
  kerberosOverTcp,
  kerberos,
  snmp,
  ike,
  dhcp,
  ntp,
  enip,
  payload,
}

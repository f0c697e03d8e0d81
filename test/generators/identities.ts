import type { Identity } from '../../generators/identity.ts'

/** Two trials that share nothing, for tests of generators. */
export const first: Identity = {
  marker: '5eed0001',
  client: { mac: '02:54:00:00:00:01', ipv4: '198.18.0.1', ipv6: 'fd54:6f63:7369::1', port: 40001 },
  server: { mac: '02:54:00:00:00:02', ipv4: '198.18.0.2', ipv6: 'fd54:6f63:7369::2', port: 8000 },
}

export const second: Identity = {
  marker: '5eed0002',
  client: { mac: '02:54:00:00:00:03', ipv4: '198.18.0.3', ipv6: 'fd54:6f63:7369::3', port: 40002 },
  server: { mac: '02:54:00:00:00:04', ipv4: '198.18.0.4', ipv6: 'fd54:6f63:7369::4', port: 8001 },
}

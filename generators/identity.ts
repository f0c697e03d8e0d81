/** The addresses that one side of a trial speaks with. No kernel owns them: both ends are ghosts. */
export interface Endpoint {
  /** `02:xx:xx:xx:xx:xx`, locally administered unicast. */
  mac: string
  ipv4: string
  ipv6: string
  /** Ephemeral port for the client; the scenario names the server's port, this one is the default. */
  port: number
}

/** What no other trial of the campaign has, so that an alert can be attributed to it. */
export interface Identity {
  /** Eight lower-case hex digits, carried wherever the stimulus has room. */
  marker: string
  client: Endpoint
  server: Endpoint
}

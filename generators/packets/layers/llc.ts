import { u8 } from '../field.ts'
import { defineLayer } from '../layer.ts'

/** Logical link control with a one-byte control field (U format). IEEE 802.2 §3. */
export const llc = defineLayer({
  name: 'llc',
  title: 'Logical link control, unnumbered',
  rfc: 'IEEE 802.2 §3',
  fields: {
    dsap: u8('Service that the frame is for.', { computed: 'by the layer inside' }),
    ssap: u8('Service that sends it.', { computed: 'same as dsap' }),
    control: u8('3 is unnumbered information.', { initial: 3 }),
  },
  carries: { space: 'llcSap', fields: ['dsap'] },
  complete: ({ dsap }) => ({ ssap: dsap }),
})

import { vlanTag } from '../vlan-tag.ts'

/** VLAN tag, or customer tag of a double-tagged frame. IEEE 802.1Q §9.6. */
export const dot1q = vlanTag('dot1q', '802.1Q VLAN tag', 0x8100)

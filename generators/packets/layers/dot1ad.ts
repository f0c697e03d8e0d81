import { vlanTag } from '../vlan-tag.ts'

/** Service tag, the outer of a double-tagged frame. IEEE 802.1Q §9.6 (802.1ad). */
export const dot1ad = vlanTag('dot1ad', '802.1ad service VLAN tag', 0x88a8)

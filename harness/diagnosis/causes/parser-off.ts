import { configurationsOf, defineCause, expectedIn, isGap } from '../cause.ts'

/** An expected rule is for a protocol whose parser is off. */
export const parserOff = defineCause({
  name: 'parser-off',
  title: 'the parser of the protocol is off',
  find: (given) => {
    if (!isGap(given)) return []
    return configurationsOf(given).flatMap((configuration) =>
      expectedIn(configuration, given)
        .filter(({ protocol }) => protocol !== null && configuration.parsersOff.includes(protocol))
        .map(
          ({ rule, protocol }) =>
            `Rule ${rule} is for ${protocol}, whose parser is off in ${configuration.monitor}: app-layer.protocols.${protocol}.enabled.`,
        ),
    )
  },
})

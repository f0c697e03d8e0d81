import { concerns, defineCause, isGap } from '../cause.ts'

/** A monitor that listened recorded nothing at all of a proven anomaly. */
export const notOnPath = defineCause({
  name: 'not-on-path',
  title: 'nothing of it reached the sensor',
  find: (given) => {
    if (!isGap(given)) return []
    const { run, observations, trial } = given
    const heard = run.sentinels.filter(({ alertAt }) => alertAt !== null).length
    const silent = run.monitors.filter(
      ({ name, layers }) =>
        concerns(given, name) &&
        !layers.some((layer) => trial.layers.includes(layer)) &&
        !observations.some(({ monitor }) => monitor === name),
    )
    const { frames } = trial.proof
    const all = frames === 1 ? 'its one frame' : `any of its ${frames} frames`
    const what = trial.wire === 'kernel' ? 'the process' : all
    return silent.map(
      ({ name }) =>
        `${name} recorded nothing of ${what}, though it heard ${heard} of ${run.sentinels.length} sentinels: either its sensor is not on the path of the traffic, or it keeps no record of this protocol.`,
    )
  },
})

import type { RecordedConfiguration, RecordedScenario, Run } from '../evidence/record.ts'
import type { MonitorConfiguration } from '../monitors/configuration.ts'
import { idFits } from '../verdict/expected-alert.ts'
import type { WatchedMonitor } from './watched-monitor.ts'

/** What the monitors' products worked with, as it stands in the record; nothing where nothing is known of any. */
export function recordConfigurations(
  monitors: readonly Pick<WatchedMonitor, 'monitor' | 'configuration'>[],
  scenarios: readonly Pick<RecordedScenario, 'expectedRules'>[],
): Pick<Run, 'configurations'> {
  const wanted = [...new Set(scenarios.flatMap(({ expectedRules }) => Object.values(expectedRules).flat()))]
  const configurations = monitors.flatMap(({ monitor, configuration }) =>
    configuration === null ? [] : [ofMonitor(monitor.name, configuration, wanted)],
  )
  return configurations.length === 0 ? {} : { configurations }
}

function ofMonitor(monitor: string, known: MonitorConfiguration, wanted: readonly string[]): RecordedConfiguration {
  const isWanted = ({ rule }: { rule: string }) => wanted.some((each) => idFits(each, rule))
  return {
    monitor,
    files: known.files,
    rules: known.rules.length,
    enabled: known.rules.filter(({ isEnabled }) => isEnabled).length,
    expected: known.rules.filter(isWanted),
    exceptions: known.exceptions.filter((each) => each.rule === '*' || isWanted(each)),
    parsersOff: known.parsersOff,
  }
}

import { createHash } from 'node:crypto'
import { figures, type ScenarioFigures } from '../harness/evidence/figures.ts'
import type { CampaignRecord, RecordedTrial } from '../harness/evidence/record.ts'
import { command } from './account.ts'
import { defineReporter } from './reporter.ts'
import { oneLine } from './text.ts'
import { uuid5 } from './uuid.ts'
import { verdictWords } from './verdict-words.ts'

/**
 * ATTiRe 1.1, the attack log that VECTR imports: a procedure a scenario, a step a trial of its anomaly. What was noticed
 * stands in each step's output. The format wants a technique: scenarios without one are left out.
 */
export const attire = defineReporter({
  name: 'attire',
  title: 'ATTiRe 1.1 attack log, for VECTR',
  render: (record) => [{ path: 'report.attire.json', content: `${JSON.stringify(log(record), null, 2)}\n` }],
})

function log(record: CampaignRecord) {
  const { run } = record
  const played = figures(record).scenarios.filter(
    ({ scenario, stimuli }) => scenario.attack.techniques.length > 0 && stimuli.some(({ sentAt }) => sentAt !== null),
  )
  return {
    'attire-version': '1.1',
    'execution-data': {
      'execution-source': `Tocsin ${run.tool.version}`,
      'execution-id': createHash('sha256').update(run.id).digest('base64'),
      'execution-category': { name: 'Tocsin', abbreviation: 'TOC' },
      'execution-command': oneLine(command(record)),
      target: { host: oneLine(run.network.name), ip: oneLine(run.network.subnet), path: '', user: '' },
      'time-generated': run.endedAt,
    },
    procedures: played.map((one, index) => procedureOf(one, index + 1)),
  }
}

function procedureOf({ scenario, stimuli }: ScenarioFigures, order: number) {
  const [technique = '', ...others] = scenario.attack.techniques
  return {
    'procedure-name': oneLine(scenario.title),
    'procedure-description': oneLine(
      `${scenario.description} ATT&CK mapping: ${scenario.attack.basis}${others.length > 0 ? `; also ${others.join(', ')}` : ''}.`,
    ),
    'procedure-id': { type: 'guid', id: uuid5(`procedure ${scenario.id}`) },
    'mitre-technique-id': oneLine(technique),
    order,
    steps: stimuli.filter(({ sentAt }) => sentAt !== null).map((trial, index) => stepOf(trial, index + 1)),
  }
}

function stepOf(trial: RecordedTrial, order: number) {
  const alerts = trial.alerts.map(({ at, monitor, rule, name }) => `${at} ${monitor}: ${rule} ${name}`)
  const lines = [
    `${verdictWords[trial.verdict].word}: ${trial.reason}`,
    `${trial.proof.found} of ${trial.proof.frames} frames proven on the wire, ${trial.identity.client.ipv4} to ${trial.identity.server.ipv4}, marker ${trial.identity.marker}`,
    ...alerts,
  ]
  return {
    order,
    'time-start': trial.sentAt,
    // The record has no time of the last frame.
    'time-stop': trial.sentAt,
    executor: 'tocsin',
    command: oneLine(`${trial.scenario}${trial.case ? ` [${trial.case}]` : ''} trial ${trial.trial}`),
    output: lines.map((content) => ({ content: oneLine(content), level: 'STDOUT', type: 'console' })),
  }
}

// Reads one simulation a line from standard input and writes one result a line: Allowed, ImplicitlyDenied,
// ExplicitlyDenied, or what is wrong with it. The last line is the seconds that the simulations took.
import { createInterface } from 'node:readline'
import { anonymousPrincipal, runSimulation } from '@cloud-copilot/iam-simulate'

const simulations = []
for await (const line of createInterface({ input: process.stdin, crlfDelay: Infinity })) {
  simulations.push(JSON.parse(line))
}

const results = []
const begun = performance.now()
for (const simulation of simulations) {
  if (simulation.request.principal === '*') simulation.request.principal = anonymousPrincipal
  const response = await runSimulation(simulation, {})
  results.push(response.resultType === 'single' ? response.overallResult : JSON.stringify(response))
}
const seconds = (performance.now() - begun) / 1000

process.stdout.write([...results, seconds].join('\n') + '\n')

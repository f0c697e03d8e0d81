#!/usr/bin/env node
import { nodeProblem } from './node-version.mjs'

const problem = nodeProblem(process.versions.node)
if (problem) {
  console.error(problem)
  process.exit(2)
}

// Imported only now: an old Node could not even parse it.
import('./launch.mjs')
  .then(({ launch }) => launch(process.argv.slice(2)))
  .then(
    (code) => {
      process.exitCode = code
    },
    (error) => {
      console.error(error.expected ? `tocsin: ${error.message}` : error)
      process.exitCode = error.expected ? 2 : 3
    },
  )

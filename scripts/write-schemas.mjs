// Writes the files of schema/ from the schemas of the package's readers and writers. A test compares them.
import { mkdirSync, writeFileSync } from 'node:fs';
import { importSource } from './import-source.mjs';

const folder = new URL('../schema/', import.meta.url);
mkdirSync(folder, { recursive: true });
const [simulator, testing, agent, controlPlane, plan] = await Promise.all(
  ['simulator', 'testing', 'runtime/agent', 'runtime/control-plane', 'plan'].map((name) =>
    importSource(`${name}/index.ts`),
  ),
);
const schemas = {
  scenario: simulator.scenarioJsonSchema(),
  fixture: testing.fixtureJsonSchema(),
  agent: agent.agentJsonSchema(),
  'control-plane': controlPlane.controlPlaneJsonSchema(),
  plan: plan.planJsonSchema(),
};
for (const [name, schema] of Object.entries(schemas))
  writeFileSync(new URL(`${name}.schema.json`, folder), `${JSON.stringify(schema, null, 2)}\n`);

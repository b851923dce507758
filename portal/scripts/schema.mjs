// Writes src/api/schema.ts from openapi.json. Every address begins with /api/v1/{profile}, which the client adds, so
// the types leave it out; addresses outside a profile keep their own.
import { readFile, writeFile } from 'node:fs/promises'
import openapiTS, { astToString } from 'openapi-typescript'

const PREFIX = '/api/v1/{profile}'
const document = JSON.parse(await readFile('openapi.json', 'utf8'))
const paths = {}
for (const [address, item] of Object.entries(document.paths)) {
  for (const operation of Object.values(item)) {
    operation.parameters = operation.parameters?.filter(({ name }) => name !== 'profile')
  }
  paths[address.startsWith(PREFIX) ? address.slice(PREFIX.length) : address] = item
}
document.paths = paths
await writeFile('src/api/schema.ts', astToString(await openapiTS(document, { rootTypes: false })))

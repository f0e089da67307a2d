import { readFileSync } from 'node:fs';
import type { CatalogModel } from '../catalog.ts';
import { pullModel } from '../pull.ts';
import { openStore } from '../store.ts';

// A process that pulls the model described in the file given; tests start it many times and kill it.
const model = JSON.parse(readFileSync(process.argv[2]!, 'utf8')) as CatalogModel;
const { files } = await pullModel(model, {}, { store: openStore(), environment: process.env });
process.stdout.write(files[0]!.path ?? '');

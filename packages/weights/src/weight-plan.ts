import type { LowRank } from './adapter.ts';
import { TaskError } from './errors.ts';
import type { Checkpoint, StoredTensor } from './formats/checkpoint.ts';
import type { DataFile, Region } from './onnx/data-file.ts';
import { isFloatFormat } from './quantization/block-formats.ts';
import { layouts, roundedLayout, type Layout } from './quantization/layout.ts';

/** A matrix as the graph will read it: plain float32, or codes with scales. Rows are outputs, columns are inputs. */
export interface Matrix {
  name: string;
  rows: number;
  columns: number;
  stored: Regions;
}

type Regions = { values: Region } | { layout: Layout; codes: Region; scales: Region; zeroPoints: Region | undefined };

/** One tensor of the checkpoint, what an adapter adds to it, and the places in the data file that it fills. */
export type Placement = { tensor: StoredTensor; adapter: LowRank | undefined } & Regions;

/** Decides where every tensor goes before a single weight is read. */
export interface WeightPlan {
  has(tensor: string): boolean;
  rowsOf(tensor: string): number;
  /** The layout a matrix will have; undefined for plain floats. Matrices that share one can be stacked. */
  layoutOf(tensor: string): Layout | undefined;
  /** Stacks matrices with the same columns and layout: one product instead of several. */
  matrix(tensors: readonly string[]): Matrix;
  /** Joins vectors end to end, as float32. */
  vector(tensors: readonly string[]): { name: string; length: number; values: Region };
  /** A table of float32 that is computed, not read. */
  table(name: string, length: number, compute: () => Float32Array): Region;
  placements(): readonly Placement[];
  tables(): ReadonlyMap<Region, () => Float32Array>;
  /** Tensors that no part of the graph asked for. */
  unused(): string[];
}

/** What a plan is made from; an adapter's matrices go by the names of the tensors they change. */
export type WeightSource = Pick<Checkpoint, 'name' | 'tensors'> & { adapter?: ReadonlyMap<string, LowRank> };

export function createWeightPlan(source: WeightSource, data: DataFile, roundFloats: boolean): WeightPlan {
  const placements = new Map<string, Placement>();
  const tables = new Map<string, { region: Region; compute: () => Float32Array }>();

  function fail(tensor: string, problem: string): never {
    throw new TaskError('invalid_model_file', `${source.name}: tensor ${tensor} ${problem}. Fetch the file again.`, {
      details: { file: source.name, tensor },
    });
  }

  function find(name: string): StoredTensor {
    return source.tensors.get(name) ?? fail(name, 'is missing');
  }

  function layoutOf(name: string): Layout | undefined {
    const { format, columns, rows } = find(name);
    // What an adapter has changed is on no grid of codes any more: it is a matrix of floats like any other.
    if (!isFloatFormat(format) && !source.adapter?.has(name)) return layouts[format];
    return roundFloats && rows > 1 && columns % roundedLayout.block === 0 ? roundedLayout : undefined;
  }

  function place(tensor: StoredTensor, regions: Regions): void {
    placements.set(tensor.name, { tensor, adapter: source.adapter?.get(tensor.name), ...regions });
  }

  /** Reserves room for several tensors in a row and gives each its share. */
  function placeShares(key: string, tensors: readonly StoredTensor[], bytesPerWeight: number): { whole: Region; shares: Region[] } {
    const sizes = tensors.map((tensor) => tensor.rows * tensor.columns * bytesPerWeight);
    const whole = data.place(key, sizes.reduce((sum, size) => sum + size, 0));
    let offset = whole.offset;
    const shares = sizes.map((bytes) => {
      offset += bytes;
      return { offset: offset - bytes, bytes };
    });
    return { whole, shares };
  }

  return {
    has: (name) => source.tensors.has(name),
    rowsOf: (name) => find(name).rows,
    layoutOf,
    matrix(names) {
      const tensors = names.map(find);
      const name = names.join('+');
      const layout = layoutOf(names[0]!);
      const { columns } = tensors[0]!;
      const odd = tensors.find((tensor) => tensor.columns !== columns);
      if (odd !== undefined) fail(odd.name, `has rows of ${odd.columns} weights where ${columns} are expected`);
      const rows = tensors.reduce((sum, tensor) => sum + tensor.rows, 0);
      if (layout === undefined) {
        const { whole, shares } = placeShares(name, tensors, 4);
        tensors.forEach((tensor, i) => place(tensor, { values: shares[i]! }));
        return { name, rows, columns, stored: { values: whole } };
      }
      const codes = placeShares(`${name}.codes`, tensors, layout.bits / 8);
      const scales = placeShares(`${name}.scales`, tensors, 4 / layout.block);
      const zeroPoints = layout.zeroPoints ? placeShares(`${name}.zeroPoints`, tensors, 1 / layout.block) : undefined;
      tensors.forEach((tensor, i) =>
        place(tensor, { layout, codes: codes.shares[i]!, scales: scales.shares[i]!, zeroPoints: zeroPoints?.shares[i] }),
      );
      return { name, rows, columns, stored: { layout, codes: codes.whole, scales: scales.whole, zeroPoints: zeroPoints?.whole } };
    },
    vector(names) {
      const tensors = names.map(find);
      const name = names.join('+');
      for (const tensor of tensors) {
        if (tensor.rows !== 1 || !isFloatFormat(tensor.format)) fail(tensor.name, `should be a vector of floats, not ${tensor.rows} rows of ${tensor.format}`);
      }
      const { whole, shares } = placeShares(name, tensors, 4);
      tensors.forEach((tensor, i) => place(tensor, { values: shares[i]! }));
      return { name, length: whole.bytes / 4, values: whole };
    },
    table(name, length, compute) {
      const known = tables.get(name);
      if (known !== undefined) return known.region;
      const region = data.place(name, length * 4);
      tables.set(name, { region, compute });
      return region;
    },
    placements: () => [...placements.values()],
    tables: () => new Map([...tables.values()].map(({ region, compute }) => [region, compute])),
    unused: () => [...source.tensors.keys()].filter((name) => !placements.has(name)),
  };
}

/** Where something lies in the data file. */
export interface Region {
  offset: number;
  bytes: number;
}

/** The plan of the one file that holds every large tensor, whichever graphs refer to it. */
export interface DataFile {
  /** The file's name, as the graphs beside it write it. */
  name: string;
  /** Reserves room under a name. Asked again for the same name, it returns the same place, so that graphs share it. */
  place(name: string, bytes: number): Region;
  bytes(): number;
}

// Memory is mapped by pages: a tensor that starts a page can be used where it lies.
const pageBytes = 4096;

export function createDataFile(name: string): DataFile {
  const regions = new Map<string, Region>();
  let end = 0;
  return {
    name,
    place(key, bytes) {
      const known = regions.get(key);
      if (known !== undefined) return known;
      const region = { offset: end, bytes };
      regions.set(key, region);
      end = Math.ceil((end + bytes) / pageBytes) * pageBytes;
      return region;
    },
    bytes: () => end,
  };
}

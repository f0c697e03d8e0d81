/** A file that is read piece by piece. */
export interface OpenFile extends Disposable {
  /** Bytes. */
  readonly size: number
  /** Fills `into` from `position` on as far as the file goes, and returns how many bytes came; 0 at its end. */
  read(into: Uint8Array, position: number): number
}

/** The files that a scenario may use: those beside it. */
export interface Files {
  /**
   * Opens a file to be read.
   * @param path as written in the scenario, relative to its file
   * @throws Error that names the file and says why it cannot be used
   */
  open(path: string): OpenFile
}

import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';

/** Opens a pipe or a device without waiting for who writes to it: what blocks keeps the process from ending. */
export function openToRead(path: string): Promise<FileHandle> {
  return open(path, constants.O_RDONLY | constants.O_NONBLOCK);
}

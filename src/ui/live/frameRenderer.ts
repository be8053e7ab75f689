import { DefaultRenderer, ListrEventType, type ListrEventManager } from 'listr2';
import type { Frame } from './frame.js';

/** listr2 holds the states of a list and words its lines; the frame draws them, in a terminal that may change its size. */
export function frameRenderer(frame: Frame): typeof DefaultRenderer {
  return class FrameRenderer extends DefaultRenderer {
    // listr2 asks process.stdout whether it may draw: that was decided before, and the text may go to stderr.
    static override nonTTY = true;
    readonly #events: ListrEventManager;
    #state: 'drawn' | 'changed' | 'ended' = 'drawn';
    /** What is drawn at the end of the turn. */
    #next: string[] | undefined;

    constructor(...[tasks, options, events]: ConstructorParameters<typeof DefaultRenderer>) {
      super(tasks, options, events);
      this.#events = events;
    }

    override render(): Promise<void> {
      this.#events.on(ListrEventType.SHOULD_REFRESH_RENDER, () => this.update());
      return Promise.resolve();
    }

    // A title and its table change one after the other: they are drawn together.
    override update(): void {
      if (this.#state !== 'drawn') return;
      this.#state = 'changed';
      queueMicrotask(() => {
        if (this.#state !== 'changed') return;
        this.#state = 'drawn';
        this.#drawLater(linesOf(this.create()));
      });
    }

    // A process that was stopped is told so (SIGCONT) behind its timers and what came by the network: it draws behind that.
    #drawLater(lines: string[]): void {
      const waits = this.#next !== undefined;
      this.#next = lines;
      if (waits) return;
      setImmediate(() => {
        if (this.#state !== 'ended') frame.draw(this.#next ?? []);
        this.#next = undefined;
      });
    }

    override end(): void {
      this.#state = 'ended';
      frame.end(linesOf(this.create({ prompt: false })));
    }

    // Titles and tables come as wide as they may be: the default cuts them to process.stdout.
    protected override format(message: string, icon: string): string[] {
      return message.trim() === '' ? [] : linesOf(icon === '' ? message : `${icon} ${message}`);
    }
  };
}

function linesOf(text: string): string[] {
  return text === '' ? [] : text.split(/\r?\n/);
}

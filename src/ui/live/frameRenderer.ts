import { DefaultRenderer, ListrEventType, type ListrEventManager } from 'listr2';
import type { Frame } from './frame.js';

/** listr2 holds the states of a list and words its lines; the frame draws them, in a terminal that may change its size. */
export function frameRenderer(frame: Frame): typeof DefaultRenderer {
  return class FrameRenderer extends DefaultRenderer {
    // listr2 asks process.stdout whether it may draw: that was decided before, and the text may go to stderr.
    static override nonTTY = true;
    readonly #events: ListrEventManager;
    #state: 'drawn' | 'changed' | 'ended' = 'drawn';

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
        frame.draw(linesOf(this.create()));
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

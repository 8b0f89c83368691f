import type { RemoteObject } from './cdp.ts';
import { CommandError } from './command-error.ts';
import type { Send } from './debugger-tab.ts';

/**
 * Our own script world in one frame: it sees the page's DOM, but neither side sees the other's objects, so a page
 * cannot answer in our place. Ends with the document.
 */
export class FrameWorld {
  readonly #send: Send;
  readonly #context: number;

  private constructor(send: Send, context: number) {
    this.#send = send;
    this.#context = context;
  }

  static async open(send: Send, frameId: string): Promise<FrameWorld> {
    const { executionContextId } = await send('Page.createIsolatedWorld', { frameId, worldName: 'tiezheng' });
    return new FrameWorld(send, executionContextId);
  }

  /**
   * Runs a self-contained function in the frame and returns its value, which must be JSON. Runs while the page's own
   * scripts are switched off too, but timers do not fire then (measured).
   * @throws CommandError REFUSED when the function throws or the document ends meanwhile
   */
  async call<Value, Parameters extends unknown[]>(
    act: (...parameters: Parameters) => Value,
    parameters: Parameters,
    options: { timeout?: number; objects?: readonly string[] } = {},
  ): Promise<Awaited<Value>> {
    const { result, exceptionDetails } = await this.#send(
      'Runtime.callFunctionOn',
      {
        functionDeclaration: act.toString(),
        executionContextId: this.#context,
        arguments: [
          ...parameters.map((value) => ({ value })),
          ...(options.objects ?? []).map((objectId) => ({ objectId })),
        ],
        returnByValue: true,
        awaitPromise: true,
      },
      options.timeout,
    );
    if (exceptionDetails !== undefined)
      throw new CommandError('REFUSED', exceptionDetails.exception?.description ?? exceptionDetails.text, {
        entry: 'Runtime.callFunctionOn',
      });
    return result.value as Awaited<Value>;
  }

  /** A node of the frame as a handle for DOM commands. @param expression what yields the node, in this world */
  async node(expression = 'document'): Promise<string> {
    const { result } = await this.#send('Runtime.evaluate', {
      expression,
      contextId: this.#context,
    });
    return objectOf(result);
  }

  /** A handle of this world for a node of the frame. */
  async resolve(backendNodeId: number): Promise<string> {
    const { object } = await this.#send('DOM.resolveNode', {
      backendNodeId,
      executionContextId: this.#context,
    });
    return objectOf(object);
  }
}

function objectOf({ objectId }: RemoteObject): string {
  if (objectId === undefined) throw new CommandError('REFUSED', 'no handle', { entry: 'node' });
  return objectId;
}

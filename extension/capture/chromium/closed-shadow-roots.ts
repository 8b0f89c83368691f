import type { DomNode } from './cdp.ts';
import type { Send } from './debugger-tab.ts';

/**
 * Backend node ids of the closed shadow roots in one frame; only the debugger can find them.
 * @param frameId of the frame. @param isRoot whether it is the topmost frame of its target.
 */
export async function closedShadowRoots(send: Send, frameId: string, isRoot: boolean): Promise<number[]> {
  const { root } = await send('DOM.getDocument', { depth: -1, pierce: true });
  const document = isRoot ? root : documentOf(root, frameId);
  return document === undefined ? [] : closedRootsBelow(document);
}

function documentOf(node: DomNode, frameId: string): DomNode | undefined {
  if (node.contentDocument !== undefined && node.frameId === frameId) return node.contentDocument;
  for (const child of [...childrenOf(node), ...(node.contentDocument ? [node.contentDocument] : [])]) {
    const found = documentOf(child, frameId);
    if (found !== undefined) return found;
  }
  return undefined;
}

function closedRootsBelow(node: DomNode): number[] {
  return [
    ...(node.shadowRootType === 'closed' ? [node.backendNodeId] : []),
    ...childrenOf(node).flatMap(closedRootsBelow),
  ];
}

function childrenOf({ children = [], shadowRoots = [] }: DomNode): readonly DomNode[] {
  return [...children, ...shadowRoots];
}

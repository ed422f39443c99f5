/**
 * Islands on the server: a component registered here renders inside a `<fresh-island>` element that
 * carries its name and properties, so that the client script can bring it to life (hydrate.ts).
 */
import { type ComponentType, createContext, h, type JSX, options, type VNode } from "preact";
import { useContext } from "preact/hooks";

const names = new Map<unknown, string>();
const InsideIsland = createContext(false);

/** True while the wrapper makes the vnode of the island itself, which must not be wrapped again. */
let unwrapping = false;

/**
 * Makes a component an island.
 *
 * @param name file name without extension; the client script knows the component by it
 * @param component the component, by identity
 */
export function registerIsland(name: string, component: ComponentType): void {
  names.set(component, name);
}

interface WrapperProps {
  name: string;
  component: ComponentType;
  props: Record<string, unknown>;
}

/** The outermost island gets the element; an island inside another is an ordinary component. */
function IslandWrapper({ name, component, props }: WrapperProps): JSX.Element {
  unwrapping = true;
  const island = h(component, props);
  unwrapping = false;
  if (useContext(InsideIsland)) return island;
  return h(
    "fresh-island",
    { "data-name": name, "data-props": toJson(name, props) },
    h(InsideIsland.Provider, { value: true, children: island }),
  );
}

function toJson(name: string, props: Record<string, unknown>): string {
  return JSON.stringify(props, (key, value: unknown) => {
    if (typeof value === "function" || typeof value === "symbol" || typeof value === "bigint") {
      throw new TypeError(`island ${name}: property "${key}" is a ${typeof value}, not JSON`);
    }
    return value;
  });
}

const previous = options.vnode;
options.vnode = (vnode: VNode) => {
  const name = names.get(vnode.type);
  if (name !== undefined && !unwrapping) {
    const wrapper: WrapperProps = {
      name,
      component: vnode.type as ComponentType,
      props: vnode.props as unknown as Record<string, unknown>,
    };
    Object.assign(vnode, { type: IslandWrapper, props: wrapper });
  }
  previous?.(vnode);
};

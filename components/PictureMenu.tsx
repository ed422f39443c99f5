import type { Signal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { useRef } from "preact/hooks";

interface Props {
  /** What its button says. */
  label: string;
  /** What it is called in the page: the button's name for tests, and before "-menu" the menu's id. */
  name: string;
  children: ComponentChildren;
  /** Whether it is open: what changes all the time need not be told to who does not look. */
  isOpen?: Signal<boolean>;
}

/** A button over the picture, and the menu that it opens above itself. */
export function PictureMenu({ label, name, children, isOpen }: Props) {
  const button = useRef<HTMLButtonElement>(null);
  const menu = useRef<HTMLDivElement>(null);
  return (
    <>
      <button ref={button} type="button" data-testid={name} popovertarget={`${name}-menu`}>
        {label}
      </button>
      <div
        ref={menu}
        class={`menu picture-menu ${name}-menu`}
        id={`${name}-menu`}
        popover="auto"
        onBeforeToggle={({ newState }) => {
          if (isOpen !== undefined) isOpen.value = newState === "open";
          const { left = 0, top = 0 } = button.current?.getBoundingClientRect() ?? {};
          const { style } = menu.current!;
          style.left = `${left}px`;
          style.bottom = `${innerHeight - top + 4}px`;
          style.maxHeight = `${top - 12}px`;
        }}
      >
        {children}
      </div>
    </>
  );
}

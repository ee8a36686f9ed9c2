import { Title } from "@mantine/core";
import type { ReactNode } from "react";
import classes from "./PageFrame.module.css";

interface PageFrameProps {
  title: string;
  /** Buttons at the right of the title. */
  actions?: ReactNode;
  /** Widest the content becomes, in pixels. */
  width?: number;
  children: ReactNode;
}

/** A page of reading width with its title: everything but Explore. */
export function PageFrame({ title, actions, width = 1120, children }: PageFrameProps) {
  return (
    <div className={classes.page}>
      <div className={classes.inner} style={{ maxWidth: width }}>
        <div className={classes.head}>
          <Title order={1}>{title}</Title>
          {actions && <div className={classes.actions}>{actions}</div>}
        </div>
        {children}
      </div>
    </div>
  );
}

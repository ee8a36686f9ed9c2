// Icons of the map's tools on a 16-unit grid; decoration, the buttons carry the names.
import { icon } from "../../ui/icons.tsx";

export const LassoIcon = icon(
  <path d="M8 3c3.3 0 6 1.7 6 4s-2.7 4-6 4-6-1.7-6-4 2.7-4 6-4zM5 10.500c-1 1 .5 2 0 3.5" />,
);
export const BoxIcon = icon(<path d="M3 3h10v10H3z" strokeDasharray="2 1.6" />);
export const BrushIcon = icon(
  <path d="M13.5 2.500 7.500 8.500M6.8 7.800l1.400 1.400M6.500 9a2.300 2.300 0 0 0-2.700 2.200c0 1-.6 1.700-1.300 2 2.800.9 5.600-.3 5.500-2.700A1.600 1.600 0 0 0 6.500 9z" />,
);
export const PanIcon = icon(
  <path d="M8 2v12M2 8h12M6.5 3.5 8 2l1.5 1.5M6.5 12.5 8 14l1.5-1.5M3.5 6.5 2 8l1.5 1.5M12.5 6.5 14 8l-1.5 1.5" />,
);
export const PlusIcon = icon(<path d="M8 3.500v9M3.5 8h9" />);
export const MinusIcon = icon(<path d="M3.5 8h9" />);
export const FitIcon = icon(<path d="M3 6V3h3M10 3h3v3M13 10v3h-3M6 13H3v-3" />);
export const SelectionFitIcon = icon(
  <>
    <path d="M3 6V3h3M10 3h3v3M13 10v3h-3M6 13H3v-3" />
    <circle cx="8" cy="8" r="2.200" strokeDasharray="1.6 1.200" />
  </>,
);
export const PictureIcon = icon(
  <>
    <path d="M2.500 3.500h11v9h-11zM2.500 10.500l3-3 2.500 2.500 2-2 3.500 3.500" />
    <circle cx="10.500" cy="6" r=".8" />
  </>,
);
export const HelpIcon = icon(
  <>
    <circle cx="8" cy="8" r="5.6" />
    <path d="M6.5 6.500a1.6 1.6 0 1 1 2.1 1.600c-.4.2-.6.5-.6 1M8 11v.1" />
  </>,
);

// GLSL of the point layer. Points are blended "over" into a half-float target; the resolve pass then turns the
// coverage into 1 - exp(-(a + b·count)), which keeps single outliers visible and dense cores unsaturated.

export const ATTRIBUTE = { position: 0, label: 1, selected: 2, before: 3 } as const;

export const POINT_VERTEX = `#version 300 es
layout(location = 0) in vec3 position;
layout(location = 1) in uint label;
layout(location = 2) in uint selected;
// Where the point lay in the layout before this one.
layout(location = 3) in vec3 before;
uniform float share;
uniform mat4 view;
uniform sampler2D palette;
uniform float pointSize;
uniform float alpha;
uniform float depthCue;
uniform bool labelled;
uniform bool hasSelection;
uniform vec3 context;
flat out vec4 colour;

void main() {
  gl_Position = view * vec4(share < 1.0 ? mix(before, position, share) : position, 1.0);
  // Rows in no cluster have the largest label, which lies outside the texture.
  vec4 entry = texelFetch(palette, ivec2(int(label & 255u), int(label >> 8u)), 0);
  bool member = labelled && label != 65535u && entry.a > 0.5 && (!hasSelection || selected != 0u);
  float near = 1.0 - depthCue * (0.5 + 0.5 * gl_Position.z);
  float strength = alpha * near * (member ? 1.0 : 0.35);
  colour = vec4((member ? entry.rgb : context) * strength, strength);
  gl_PointSize = max(1.0, pointSize * mix(1.0, near, 0.5));
}`;

export const POINT_FRAGMENT = `#version 300 es
precision mediump float;
flat in vec4 colour;
uniform float edge;
out vec4 result;

void main() {
  // A disc with a soft rim; edge = 0 leaves the square that tiny points are.
  float radius = length(gl_PointCoord - 0.5) * 2.0;
  float cover = edge > 0.0 ? 1.0 - smoothstep(1.0 - edge, 1.0, radius) : 1.0;
  result = colour * cover;
}`;

export const RESOLVE_VERTEX = `#version 300 es
void main() {
  // One triangle that covers the screen, made from the vertex number alone.
  vec2 corner = vec2(float((gl_VertexID << 1) & 2), float(gl_VertexID & 2));
  gl_Position = vec4(corner * 2.0 - 1.0, 0.0, 1.0);
}`;

export const RESOLVE_FRAGMENT = `#version 300 es
precision highp float;
uniform sampler2D accumulated;
uniform vec3 background;
uniform float gain;
uniform float base;
uniform float alpha;
out vec4 result;

void main() {
  vec4 sum = texelFetch(accumulated, ivec2(gl_FragCoord.xy), 0);
  if (sum.a <= 0.0) { result = vec4(background, 1.0); return; }
  // gain = all points / points drawn so far: a prefix is as bright as the whole will be.
  float through = pow(max(1.0 - sum.a, 0.0), gain);
  float cover = 1.0 - through * exp(-base * min(1.0, sum.a / alpha));
  result = vec4(mix(background, sum.rgb / sum.a, cover), 1.0);
}`;

// The WebGL2 side of the map: buffers, programs, an accumulation target, and drawing one slice of points.
// It knows no camera and no schedule (map.ts does) and holds no data that can't be uploaded again.

import type { Rgb } from "./palette.ts";
import { PALETTE_SIDE } from "./palette.ts";
import {
  ATTRIBUTE,
  POINT_FRAGMENT,
  POINT_VERTEX,
  RESOLVE_FRAGMENT,
  RESOLVE_VERTEX,
} from "./shaders.ts";

/** Raised when the browser offers no WebGL2. */
export class WebGlUnavailable extends Error {
  constructor() {
    super(
      "This browser offers no WebGL2, which the map needs; switch on hardware or software WebGL and reload.",
    );
  }
}

export interface DrawStyle {
  /** Data to clip space, column-major. */
  view: Float32Array;
  /** Diameter in device pixels. */
  pointSize: number;
  /** Coverage of one point, 0 to 1. */
  alpha: number;
  /** 0 flat; up to 1, how much far points fade. */
  depthCue: number;
  /** How far points are on their way from the layout before, 0 to 1. */
  share: number;
  labelled: boolean;
  hasSelection: boolean;
  /** Colour of points that are only context. */
  context: Rgb;
  background: Rgb;
}

/** The `a` of 1 - exp(-(a + b·count)). */
const BASE_COVERAGE = 0.17;

type Uniforms = Record<string, WebGLUniformLocation | null>;

interface Program {
  program: WebGLProgram;
  uniforms: Uniforms;
}

/** Everything that lives in the context and dies with it. */
interface Resources {
  points: Program;
  resolve: Program;
  vertices: WebGLVertexArrayObject;
  positions: WebGLBuffer;
  /** Positions of the layout before, while one becomes the other. */
  before: WebGLBuffer | null;
  labels: WebGLBuffer;
  selected: WebGLBuffer;
  palette: WebGLTexture;
  target: WebGLTexture;
  framebuffer: WebGLFramebuffer;
}

export class PointLayer {
  private readonly gl: WebGL2RenderingContext;
  private readonly halfFloat: boolean;
  private resources: Resources;

  constructor(private readonly canvas: HTMLCanvasElement) {
    const gl = canvas.getContext("webgl2", {
      antialias: false,
      alpha: false,
      depth: false,
      stencil: false,
    });
    if (!gl) throw new WebGlUnavailable();
    this.gl = gl;
    this.halfFloat = gl.getExtension("EXT_color_buffer_float") !== null;
    this.resources = this.create();
  }

  /** Make all resources anew after the context was restored; the caller uploads its data again. */
  restore(): void {
    this.gl.getExtension("EXT_color_buffer_float");
    this.resources = this.create();
  }

  get lost(): boolean {
    return this.gl.isContextLost();
  }

  /** Reserve room for `capacity` points of `dimensions` axes; labels and selection start at zero. */
  allocate(capacity: number, dimensions: 2 | 3): void {
    const { gl, resources } = this;
    this.endMorph();
    gl.bindVertexArray(resources.vertices);
    gl.bindBuffer(gl.ARRAY_BUFFER, resources.positions);
    gl.bufferData(gl.ARRAY_BUFFER, capacity * strideOf(dimensions), gl.STATIC_DRAW);
    this.point(ATTRIBUTE.position, dimensions);
    gl.bindBuffer(gl.ARRAY_BUFFER, resources.labels);
    gl.bufferData(gl.ARRAY_BUFFER, capacity * 2, gl.DYNAMIC_DRAW);
    gl.enableVertexAttribArray(ATTRIBUTE.label);
    gl.vertexAttribIPointer(ATTRIBUTE.label, 1, gl.UNSIGNED_SHORT, 0, 0);
    gl.bindBuffer(gl.ARRAY_BUFFER, resources.selected);
    gl.bufferData(gl.ARRAY_BUFFER, capacity, gl.DYNAMIC_DRAW);
    gl.enableVertexAttribArray(ATTRIBUTE.selected);
    gl.vertexAttribIPointer(ATTRIBUTE.selected, 1, gl.UNSIGNED_BYTE, 0, 0);
    gl.bindVertexArray(null);
  }

  /** Keep the positions at hand as those that `positions`, of as many points, are reached from. */
  beginMorph(positions: Uint16Array, dimensions: 2 | 3): void {
    const { gl, resources } = this;
    this.endMorph();
    const before = resources.positions;
    resources.before = before;
    resources.positions = gl.createBuffer();
    gl.bindVertexArray(resources.vertices);
    gl.bindBuffer(gl.ARRAY_BUFFER, before);
    this.point(ATTRIBUTE.before, dimensions);
    gl.bindBuffer(gl.ARRAY_BUFFER, resources.positions);
    gl.bufferData(gl.ARRAY_BUFFER, positions, gl.STATIC_DRAW);
    this.point(ATTRIBUTE.position, dimensions);
    gl.bindVertexArray(null);
  }

  /** Let go of the positions of the layout before. */
  endMorph(): void {
    const { gl, resources } = this;
    if (!resources.before) return;
    gl.bindVertexArray(resources.vertices);
    gl.disableVertexAttribArray(ATTRIBUTE.before);
    gl.bindVertexArray(null);
    gl.deleteBuffer(resources.before);
    resources.before = null;
  }

  /** Read an attribute of positions from the bound buffer. */
  private point(attribute: number, dimensions: 2 | 3): void {
    const { gl } = this;
    gl.enableVertexAttribArray(attribute);
    const stride = strideOf(dimensions);
    gl.vertexAttribPointer(attribute, dimensions, gl.UNSIGNED_SHORT, true, stride, 0);
  }

  /** Upload positions; `offset` counts array elements. */
  writePositions(positions: Uint16Array, offset: number): void {
    this.write(this.resources.positions, positions, offset * 2);
  }

  writeLabels(labels: Uint16Array, offset: number): void {
    this.write(this.resources.labels, labels, offset * 2);
  }

  writeSelection(selected: Uint8Array, offset: number): void {
    this.write(this.resources.selected, selected, offset);
  }

  private write(buffer: WebGLBuffer, data: Uint8Array | Uint16Array, byteOffset: number): void {
    this.gl.bindBuffer(this.gl.ARRAY_BUFFER, buffer);
    this.gl.bufferSubData(this.gl.ARRAY_BUFFER, byteOffset, data);
  }

  /** Replace the first rows of the palette texture (see `paletteTexture`). */
  setPalette(bytes: Uint8Array): void {
    const { gl } = this;
    const rows = bytes.length / (PALETTE_SIDE * 4);
    gl.bindTexture(gl.TEXTURE_2D, this.resources.palette);
    gl.texSubImage2D(gl.TEXTURE_2D, 0, 0, 0, PALETTE_SIDE, rows, gl.RGBA, gl.UNSIGNED_BYTE, bytes);
  }

  /** Fit the drawing buffer to `width` × `height` device pixels. */
  resize(width: number, height: number): void {
    if (this.canvas.width === width && this.canvas.height === height) return;
    this.canvas.width = width;
    this.canvas.height = height;
    this.sizeTarget(this.resources.target);
  }

  /** Clear the accumulated picture. */
  begin(): void {
    const { gl, resources } = this;
    gl.bindFramebuffer(gl.FRAMEBUFFER, resources.framebuffer);
    gl.clearColor(0, 0, 0, 0);
    gl.clear(gl.COLOR_BUFFER_BIT);
  }

  /** Add points `start` to `start + count` to the accumulated picture. */
  drawSlice(style: DrawStyle, start: number, count: number): void {
    const { gl, resources } = this;
    const { program, uniforms } = resources.points;
    gl.bindFramebuffer(gl.FRAMEBUFFER, resources.framebuffer);
    gl.viewport(0, 0, this.canvas.width, this.canvas.height);
    gl.enable(gl.BLEND);
    gl.blendFunc(gl.ONE, gl.ONE_MINUS_SRC_ALPHA);
    gl.useProgram(program);
    gl.activeTexture(gl.TEXTURE0);
    gl.bindTexture(gl.TEXTURE_2D, resources.palette);
    gl.uniformMatrix4fv(uniforms["view"] ?? null, false, style.view);
    gl.uniform1i(uniforms["palette"] ?? null, 0);
    gl.uniform1f(uniforms["pointSize"] ?? null, style.pointSize);
    gl.uniform1f(uniforms["alpha"] ?? null, style.alpha);
    gl.uniform1f(uniforms["depthCue"] ?? null, style.depthCue);
    gl.uniform1f(uniforms["share"] ?? null, style.share);
    gl.uniform1f(
      uniforms["edge"] ?? null,
      style.pointSize < 2.5 ? 0 : Math.min(1, 2.4 / style.pointSize),
    );
    gl.uniform1i(uniforms["labelled"] ?? null, style.labelled ? 1 : 0);
    gl.uniform1i(uniforms["hasSelection"] ?? null, style.hasSelection ? 1 : 0);
    gl.uniform3f(uniforms["context"] ?? null, ...unit(style.context));
    gl.bindVertexArray(resources.vertices);
    gl.drawArrays(gl.POINTS, start, count);
    gl.bindVertexArray(null);
  }

  /** Show the accumulated picture; `gain` = points in all / points drawn so far. */
  present(style: DrawStyle, gain: number): void {
    const { gl, resources } = this;
    const { program, uniforms } = resources.resolve;
    gl.bindFramebuffer(gl.FRAMEBUFFER, null);
    gl.viewport(0, 0, this.canvas.width, this.canvas.height);
    gl.disable(gl.BLEND);
    gl.useProgram(program);
    gl.activeTexture(gl.TEXTURE0);
    gl.bindTexture(gl.TEXTURE_2D, resources.target);
    gl.uniform1i(uniforms["accumulated"] ?? null, 0);
    gl.uniform1f(uniforms["gain"] ?? null, gain);
    gl.uniform1f(uniforms["base"] ?? null, BASE_COVERAGE);
    gl.uniform1f(uniforms["alpha"] ?? null, style.alpha);
    gl.uniform3f(uniforms["background"] ?? null, ...unit(style.background));
    gl.drawArrays(gl.TRIANGLES, 0, 3);
  }

  /** A function that says whether all drawing issued so far has been carried out. */
  fence(): () => boolean {
    const { gl } = this;
    const sync = gl.fenceSync(gl.SYNC_GPU_COMMANDS_COMPLETE, 0);
    gl.flush();
    let done = sync === null;
    return () => {
      if (done || sync === null) return true;
      const status = gl.clientWaitSync(sync, 0, 0);
      done = status !== gl.TIMEOUT_EXPIRED;
      if (done) gl.deleteSync(sync);
      return done;
    };
  }

  dispose(): void {
    const { gl, resources } = this;
    this.endMorph();
    for (const { program } of [resources.points, resources.resolve]) gl.deleteProgram(program);
    for (const buffer of [resources.positions, resources.labels, resources.selected])
      gl.deleteBuffer(buffer);
    for (const texture of [resources.palette, resources.target]) gl.deleteTexture(texture);
    gl.deleteVertexArray(resources.vertices);
    gl.deleteFramebuffer(resources.framebuffer);
  }

  private create(): Resources {
    const { gl } = this;
    gl.pixelStorei(gl.UNPACK_ALIGNMENT, 1);
    const palette = gl.createTexture();
    gl.bindTexture(gl.TEXTURE_2D, palette);
    gl.texStorage2D(gl.TEXTURE_2D, 1, gl.RGBA8, PALETTE_SIDE, PALETTE_SIDE);
    nearest(gl);
    const target = gl.createTexture();
    this.sizeTarget(target);
    const framebuffer = gl.createFramebuffer();
    gl.bindFramebuffer(gl.FRAMEBUFFER, framebuffer);
    gl.framebufferTexture2D(gl.FRAMEBUFFER, gl.COLOR_ATTACHMENT0, gl.TEXTURE_2D, target, 0);
    return {
      points: link(gl, POINT_VERTEX, POINT_FRAGMENT),
      resolve: link(gl, RESOLVE_VERTEX, RESOLVE_FRAGMENT),
      vertices: gl.createVertexArray(),
      positions: gl.createBuffer(),
      before: null,
      labels: gl.createBuffer(),
      selected: gl.createBuffer(),
      palette,
      target,
      framebuffer,
    };
  }

  private sizeTarget(target: WebGLTexture): void {
    const { gl } = this;
    const [width, height] = [Math.max(1, this.canvas.width), Math.max(1, this.canvas.height)];
    const format = this.halfFloat ? gl.RGBA16F : gl.RGBA8;
    const type = this.halfFloat ? gl.HALF_FLOAT : gl.UNSIGNED_BYTE;
    gl.bindTexture(gl.TEXTURE_2D, target);
    gl.texImage2D(gl.TEXTURE_2D, 0, format, width, height, 0, gl.RGBA, type, null);
    nearest(gl);
  }
}

/** Bytes from one point to the next; a 3-D point is padded. */
function strideOf(dimensions: 2 | 3): number {
  return dimensions === 2 ? 4 : 8;
}

function nearest(gl: WebGL2RenderingContext): void {
  gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_MIN_FILTER, gl.NEAREST);
  gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_MAG_FILTER, gl.NEAREST);
  gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_WRAP_S, gl.CLAMP_TO_EDGE);
  gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_WRAP_T, gl.CLAMP_TO_EDGE);
}

function unit([red, green, blue]: Rgb): [number, number, number] {
  return [red / 255, green / 255, blue / 255];
}

function link(gl: WebGL2RenderingContext, vertex: string, fragment: string): Program {
  const program = gl.createProgram();
  for (const [type, source] of [
    [gl.VERTEX_SHADER, vertex],
    [gl.FRAGMENT_SHADER, fragment],
  ] as const) {
    const shader = gl.createShader(type);
    if (!shader) continue; // Only a lost context answers null; `restore` runs again once it is back.
    gl.shaderSource(shader, source);
    gl.compileShader(shader);
    gl.attachShader(program, shader);
    gl.deleteShader(shader);
  }
  gl.linkProgram(program);
  if (!gl.getProgramParameter(program, gl.LINK_STATUS) && !gl.isContextLost()) {
    throw new Error(
      `the map's shader was refused: ${gl.getProgramInfoLog(program) ?? "no reason given"}`,
    );
  }
  const uniforms: Uniforms = {};
  const count = (gl.getProgramParameter(program, gl.ACTIVE_UNIFORMS) as number | null) ?? 0;
  for (let i = 0; i < count; i++) {
    const name = gl.getActiveUniform(program, i)?.name;
    if (name) uniforms[name] = gl.getUniformLocation(program, name);
  }
  return { program, uniforms };
}

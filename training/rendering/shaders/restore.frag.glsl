#version 330
// Copies the room, drawn once, before the people are drawn over it.
in vec2 place;
layout(location = 0) out vec4 colour;
layout(location = 1) out vec4 ambient_and_depth;
uniform sampler2D room_colour;
uniform sampler2D room_ambient;
uniform sampler2D room_depth;

void main() {
    ivec2 pixel = ivec2(gl_FragCoord.xy);
    colour = texelFetch(room_colour, pixel, 0);
    ambient_and_depth = texelFetch(room_ambient, pixel, 0);
    gl_FragDepth = texelFetch(room_depth, pixel, 0).r;
}

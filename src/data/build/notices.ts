// The licences and attributions that travel with each data set.

const MIT = `MIT License: permission is hereby granted, free of charge, to any person obtaining a copy of this software
and associated documentation files (the "Software"), to deal in the Software without restriction, including
without limitation the rights to use, copy, modify, merge, publish, distribute, sublicense, and/or sell copies of
the Software, and to permit persons to whom the Software is furnished to do so, subject to the following
conditions: The above copyright notice and this permission notice shall be included in all copies or substantial
portions of the Software. THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED,
INCLUDING BUT NOT LIMITED TO THE WARRANTIES OF MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE AND
NONINFRINGEMENT. IN NO EVENT SHALL THE AUTHORS OR COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER
LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR OTHERWISE, ARISING FROM, OUT OF OR IN CONNECTION WITH THE
SOFTWARE OR THE USE OR OTHER DEALINGS IN THE SOFTWARE.`;

const LICENCES = `Apache-2.0: https://www.apache.org/licenses/LICENSE-2.0
CC-BY-4.0: https://creativecommons.org/licenses/by/4.0/
CC0-1.0: https://creativecommons.org/publicdomain/zero/1.0/

${MIT}
`;

const EMOJI_ART = `Pictures (drawn at another size; otherwise unchanged):

- Fluent emoji, styles "3d", "color" and "flat": Copyright (c) Microsoft Corporation, MIT.
  https://github.com/microsoft/fluentui-emoji
- Noto Emoji, styles "noto" and "blob" (version 1): Copyright Google LLC, Apache-2.0.
  https://github.com/googlefonts/noto-emoji
- Twemoji, style "twemoji": Copyright Twitter, Inc. and other contributors, CC-BY-4.0.
  https://github.com/jdecked/twemoji
- FxEmoji (Firefox OS Emoji), style "fx": Copyright Mozilla Foundation, CC-BY-4.0.
  https://github.com/mozilla/fxemoji
`;

const EMOJI_WORDS = `Names, groups and keywords:

- unicode-emoji-json and emojilib: Copyright (c) Mu-An Chiou, MIT.
- emojibase-data: Copyright (c) Miles Johnson, MIT.
`;

export const EMOJI_NOTICE = `Driftfield data set "emoji": emoji with names in seven styles.

${EMOJI_ART}
${EMOJI_WORDS}
${LICENCES}`;

export const FACES_NOTICE = `Driftfield data sets "faces" and "judge-faces": drawn faces with known attributes.

- Avataaars by Pablo Stanley (style "avataaars"): free for personal and commercial use, https://avataaars.com/
  (the same art in the npm package avataaars: MIT); generator: DiceBear, Copyright (c) Florian Körner, MIT.
- Open Peeps by Pablo Stanley (style "openpeeps"): CC0-1.0, https://www.openpeeps.com/; generator: DiceBear, MIT.
- facesjs (style "facesjs"): Copyright Jeremy Scheff, Apache-2.0, https://github.com/zengm-games/facesjs
- Big Heads (style "bigheads"; some colours replaced): Copyright (c) 2020 Robert Broersma, MIT,
  https://bigheads.io/

${LICENCES}`;

export const COMPOSE_NOTICE = `Driftfield data set "compose": pictures put together from the emoji of several artists.

${EMOJI_ART.replace("drawn at another size; otherwise unchanged", "parts were scaled, moved and laid over each other")}
${EMOJI_WORDS}
${LICENCES}`;

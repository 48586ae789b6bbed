/**
 * What happens to an image's configuration and manifest when one layer is inserted, replaced or
 * removed: pure functions on documents, no network.
 *
 * <pre>
 *   RawManifest ──► ImageManifest ─┐                      ┌─► ImageManifest ──► RawManifest
 *                                  ├─► InjectedLayer.find │
 *   bytes ────────► ImageConfig ───┘         │            ├─► ImageConfig ────► bytes
 *                                            ▼            │
 *                                Injection.apply ─────────┘
 * </pre>
 *
 * <p>Documents are edited in their text: everything that is not ours keeps its very bytes, with
 * white space, escapes, the spelling of numbers and the order of keys, known to us or not.
 */
@NullMarked
package dev.cvmfs.injector.image;

import org.jspecify.annotations.NullMarked;

package dev.cvmfs.injector.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.cvmfs.shrinkwrap.object.ObjectRef;
import dev.cvmfs.shrinkwrap.tree.Attributes;
import dev.cvmfs.shrinkwrap.tree.ByteString;
import dev.cvmfs.shrinkwrap.tree.Entry;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Locale;

/**
 * A file as a line of JSON:
 *
 * <pre>
 * {"path": "/bin/hello", "type": "file|directory|symlink|fifo|socket|character device|block device",
 *  "mode": "0755", "uid": 0, "gid": 0, "mtime": "2026-01-31T12:00:00.123Z",
 *  "size": 1,                    (files)
 *  "target": "hello",            (symbolic links)
 *  "major": 1, "minor": 3,       (devices)
 *  and if everything was asked for
 *  "hash": "…", "objects": [{"hash": "…", "kind": "data|chunk", "compression": "zlib|none", "size": 1}],
 *  "xattrs": {"user.name": "hexadecimal"}}
 * </pre>
 *
 * Where {@code path} or {@code target} is not UTF-8, its odd bytes are shown as {@code \xNN}, and
 * {@code pathHex} or {@code targetHex} has all of them.
 */
final class EntryJson {
  private EntryJson() {}

  /** What a listing tells of it. */
  static ObjectNode brief(Entry entry) {
    Attributes attributes = entry.attributes();
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    put(json, "path", entry.path().isRoot() ? "/" : "", entry.path().bytes());
    json.put("type", EntryText.type(entry));
    json.put("mode", "%04o".formatted(attributes.permissions()));
    json.put("uid", attributes.uid());
    json.put("gid", attributes.gid());
    json.put("mtime", EntryText.exactTime(attributes.mtime()));
    if (entry instanceof Entry.RegularFile file) {
      json.put("size", file.size());
    } else if (entry instanceof Entry.Symlink link) {
      put(json, "target", "", link.target().bytes());
    } else if (entry instanceof Entry.Special special) {
      json.put("major", special.major()).put("minor", special.minor());
    }
    return json;
  }

  /** All there is to know of it. */
  static ObjectNode full(Entry entry) {
    ObjectNode json = brief(entry);
    if (entry instanceof Entry.RegularFile file) {
      json.put("hash", file.identity().toString());
      for (ObjectRef object : file.objects()) {
        json.withArray("objects")
            .addObject()
            .put("hash", object.hash().toString())
            .put("kind", object.kind().name().toLowerCase(Locale.ROOT))
            .put("compression", object.compression().name().toLowerCase(Locale.ROOT))
            .put("size", object.size());
      }
    }
    ObjectNode xattrs = json.putObject("xattrs");
    entry
        .attributes()
        .xattrs()
        .forEach(
            (name, value) ->
                xattrs.put(ByteString.of(name).toString(), HexFormat.of().formatHex(value)));
    return json;
  }

  /** Text, and where it is not UTF-8 its bytes as well. */
  static void put(ObjectNode json, String field, String prefix, byte[] bytes) {
    String text = new String(bytes, StandardCharsets.UTF_8);
    boolean isText = Arrays.equals(text.getBytes(StandardCharsets.UTF_8), bytes);
    json.put(field, prefix + (isText ? text : ByteString.of(bytes).toString()));
    if (!isText) {
      json.put(field + "Hex", HexFormat.of().formatHex(bytes));
    }
  }
}

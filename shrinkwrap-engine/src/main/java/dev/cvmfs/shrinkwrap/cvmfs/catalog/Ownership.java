package dev.cvmfs.shrinkwrap.cvmfs.catalog;

import dev.cvmfs.conf.CvmfsConf;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * How a site wants to see owners and permissions instead of what the catalog says (catalog_sql.cc,
 * mountpoint.cc): {@code CVMFS_CLAIM_OWNERSHIP}, else the maps; and {@code CVMFS_WORLD_READABLE}.
 *
 * @param claimant to whom everything belongs, if that is wanted
 */
public record Ownership(Optional<Owner> claimant, IdMap uids, IdMap gids, boolean worldReadable) {

  /** A user and a group. */
  public record Owner(long uid, long gid) {}

  /**
   * Reads the configuration and its maps.
   *
   * @param process finds out whom this process runs as; only asked if that matters
   */
  public static Ownership of(CvmfsConf conf, Supplier<Owner> process) {
    return new Ownership(
        conf.claimOwnership() ? Optional.of(process.get()) : Optional.empty(),
        conf.uidMap().map(IdMap::read).orElseGet(IdMap::identity),
        conf.gidMap().map(IdMap::read).orElseGet(IdMap::identity),
        conf.worldReadable());
  }

  long uid(long uid) {
    return claimant.map(Owner::uid).orElseGet(() -> uids.map(uid));
  }

  long gid(long gid) {
    return claimant.map(Owner::gid).orElseGet(() -> gids.map(gid));
  }

  int permissions(int permissions, boolean directory) {
    return worldReadable ? permissions | (directory ? 0555 : 0444) : permissions;
  }
}

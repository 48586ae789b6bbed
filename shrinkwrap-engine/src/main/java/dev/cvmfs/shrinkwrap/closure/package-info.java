/**
 * What files of a repository need besides themselves: the libraries of programs, the interpreters
 * of scripts, the rest of Python packages.
 *
 * <p>{@code Closure} starts with the files that were opened and goes on with what each of them
 * needs, until there is nothing new. {@code RepositoryView} finds paths as a kernel would, {@code
 * LibrarySearch} libraries as the loader does, {@code PythonPackages} what belongs to a module.
 */
@NullMarked
package dev.cvmfs.shrinkwrap.closure;

import org.jspecify.annotations.NullMarked;

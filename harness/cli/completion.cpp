#include "harness/cli/completion.hpp"

#include <algorithm>
#include <functional>

#include <fmt/format.h>

#include "harness/base/shell_word.hpp"
#include "harness/base/text.hpp"

namespace seawall::cli {
namespace {

// How a value is completed, as the scripts have it: "words a b", "files", "folders", "scenarios",
// or "text", of which nothing is known.
std::string way_of(const Word& word, const ValueWords& values) {
  if (!word.choices.empty()) return "words " + base::join(word.choices, " ");
  if (const auto known = values.find(word.value); known != values.end())
    return "words " + base::join(known->second, " ");
  if (word.value == "FILE") return "files";
  if (word.value == "FOLDER" || word.value == "RUN") return "folders";
  if (word.value == "SCENARIO") return "scenarios";
  return "text";
}

// On one line, for any of the three shells.
std::string quoted(std::string text) {
  std::ranges::replace(text, '\n', ' ');
  return base::in_single_quotes(text);
}

// Calls `visit` with each command and its words from the program on: "", "run", "proxies list".
void walk(const Command& command, const std::string& path,
          const std::function<void(const std::string&, const Command&)>& visit) {
  visit(path, command);
  for (const Command& below : command.commands)
    walk(below, path.empty() ? below.name : path + " " + below.name, visit);
}

std::string names_of(const std::vector<Command>& commands) {
  std::vector<std::string> names;
  for (const Command& command : commands) names.push_back(command.name);
  return base::join(names, " ");
}

std::string names_of(const std::vector<Word>& options) {
  std::vector<std::string> names;
  for (const Word& option : options)
    names.insert(names.end(), option.names.begin(), option.names.end());
  return base::join(names, " ");
}

// Three functions that bash and zsh share: what a command has, and how a value is completed, that
// of an option by its name and that of an argument by its position ("+" : it and all behind it).
std::string tables(const Command& program, const ValueWords& values) {
  std::string commands, options, ways;
  walk(program, "", [&](const std::string& path, const Command& command) {
    if (!command.commands.empty())
      commands +=
          fmt::format("    {}) echo {} ;;\n", quoted(path), quoted(names_of(command.commands)));
    options += fmt::format("    {}) echo {} ;;\n", quoted(path), quoted(names_of(command.options)));
    for (const Word& option : command.options)
      for (const std::string& name : option.names)
        if (!option.value.empty())
          ways += fmt::format("    {}) echo {} ;;\n", quoted(path + ":" + name),
                              quoted(way_of(option, values)));
    for (std::size_t i = 0; i < command.arguments.size(); ++i) {
      const Word& argument = command.arguments[i];
      const std::string position = quoted(fmt::format("{}:{}", path, i));
      ways += fmt::format("    {}{}) echo {} ;;\n", argument.many ? quoted(path + ":") : position,
                          argument.many ? "[0-9]*" : "", quoted(way_of(argument, values)));
    }
  });
  return fmt::format(
      "_seawall_commands() {{\n  case $1 in\n{}  esac\n}}\n\n"
      "_seawall_options() {{\n  case $1 in\n{}  esac\n}}\n\n"
      "_seawall_way() {{\n  case $1 in\n{}  esac\n}}\n\n",
      commands, options, ways);
}

constexpr std::string_view bash_function = R"bash(# Completes one value of the way $1.
_seawall_complete() {
  local way=$1 current=$2
  case $way in
    words\ *) COMPREPLY=($(compgen -W "${way#words }" -- "$current")) ;;
    files) compopt -o filenames; COMPREPLY=($(compgen -f -- "$current")) ;;
    folders) compopt -o filenames; COMPREPLY=($(compgen -d -- "$current")) ;;
    scenarios)
      compopt -o filenames
      COMPREPLY=($(compgen -W "$("${COMP_WORDS[0]}" list --names 2>/dev/null)" -- "$current")
                 $(compgen -f -X '!*.toml' -- "$current") $(compgen -d -- "$current"))
      ;;
  esac
}

_seawall() {
  local current=${COMP_WORDS[COMP_CWORD]} path='' position=0 way='' word i
  for ((i = 1; i < COMP_CWORD; i++)); do
    word=${COMP_WORDS[i]}
    [[ $word != = ]] || continue
    if [[ $word == -* ]]; then
      way=$(_seawall_way "$path:$word")
      [[ -z $way ]] || { ((++i)); [[ ${COMP_WORDS[i]} != = ]] || ((++i)); }
    elif [[ " $(_seawall_commands "$path") " == *" $word "* ]]; then
      path=${path:+$path }$word position=0
    else
      ((++position))
    fi
  done
  COMPREPLY=()
  if ((i > COMP_CWORD)) || [[ $current == = ]]; then
    _seawall_complete "$way" "${current#=}"
  elif [[ $current == -* ]]; then
    COMPREPLY=($(compgen -W "$(_seawall_options "$path")" -- "$current"))
  else
    _seawall_complete "$(_seawall_way "$path:$position")" "$current"
    COMPREPLY+=($(compgen -W "$(_seawall_commands "$path")" -- "$current"))
  fi
}

complete -F _seawall seawall
)bash";

constexpr std::string_view zsh_function = R"zsh(# Completes one value of the way $1.
_seawall_complete() {
  case $1 in
    'words '*) compadd -- ${=1#words } ;;
    files) _files ;;
    folders) _files -/ ;;
    scenarios)
      compadd -- ${(f)"$($words[1] list --names 2>/dev/null)"}
      _files -g '*.toml'
      ;;
  esac
}

_seawall() {
  local place='' position=0 way='' word i
  for ((i = 2; i < CURRENT; i++)); do
    word=$words[i]
    if [[ $word == -* ]]; then
      way=$(_seawall_way "$place:${word%%=*}")
      [[ -z $way || $word == *=* ]] || ((++i))
    elif [[ " $(_seawall_commands "$place") " == *" $word "* ]]; then
      place=${place:+$place }$word position=0
    else
      ((++position))
    fi
  done
  word=$words[CURRENT]
  if ((i > CURRENT)); then
    _seawall_complete "$way"
  elif [[ $word == -*=* ]]; then
    way=$(_seawall_way "$place:${word%%=*}")
    compset -P '*='
    _seawall_complete "$way"
  elif [[ $word == -* ]]; then
    compadd -- ${=$(_seawall_options "$place")}
  else
    _seawall_complete "$(_seawall_way "$place:$position")"
    compadd -- ${=$(_seawall_commands "$place")}
  fi
}

if [[ $funcstack[1] == _seawall ]]; then _seawall "$@"; else compdef _seawall seawall; fi
)zsh";

constexpr std::string_view fish_function =
    R"fish(# The command that the words so far lead to: "run", "proxies list".
function __seawall_place
    set -l place ''
    for word in (commandline -opc)[2..-1]
        set -l next (string trim -- "$place $word")
        contains -- $next $__seawall_places; and set place $next
    end
    echo $place
end

function __seawall_at
    test (__seawall_place) = "$argv[1]"
end

function __seawall_scenarios
    seawall list --names 2>/dev/null
    set -l files *.toml */*.toml
    test -n "$files"; and printf '%s\n' $files
end

complete -c seawall -f
)fish";

std::string fish_value(const std::string& way) {
  if (way.starts_with("words ")) return " -x -a " + quoted(way.substr(6));
  if (way == "files") return " -r -F";
  if (way == "folders") return " -x -a '(__fish_complete_directories)'";
  if (way == "scenarios") return " -x -a '(__seawall_scenarios)'";
  return " -x";
}

std::string fish_option(const Word& option, const ValueWords& values) {
  std::string line;
  for (const std::string& name : option.names)
    line += name.starts_with("--") ? " -l " + name.substr(2) : " -s " + name.substr(1);
  if (!option.value.empty()) line += fish_value(way_of(option, values));
  return line + " -d " + quoted(option.doc);
}

// A short first sentence: the menu of a shell has one line for it.
std::string short_doc(const std::string& doc) {
  constexpr std::size_t most = 60;
  if (doc.size() <= most) return doc;
  const std::size_t blank = doc.rfind(' ', most);
  return doc.substr(0, std::min(blank, most)) + " ...";
}

}  // namespace

std::string bash_completion(const Command& program, const ValueWords& values) {
  return "# Completion of seawall for bash, written by `seawall completion bash`.\n"
         "# shellcheck shell=bash disable=SC2207\n\n" +
         tables(program, values) + std::string(bash_function);
}

std::string zsh_completion(const Command& program, const ValueWords& values) {
  return "#compdef seawall\n"
         "# Completion of seawall for zsh, written by `seawall completion zsh`.\n\n" +
         tables(program, values) + std::string(zsh_function);
}

std::string fish_completion(const Command& program, const ValueWords& values) {
  std::string lines, places;
  walk(program, "", [&](const std::string& path, const Command& command) {
    if (!path.empty()) places += " " + quoted(path);
    const std::string at = "complete -c seawall -n " + quoted("__seawall_at \"" + path + "\"");
    for (const Command& below : command.commands)
      lines += at + " -f -a " + below.name + " -d " + quoted(short_doc(below.doc)) + "\n";
    for (Word option : command.options) {
      option.doc = short_doc(option.doc);
      lines += at + fish_option(option, values) + "\n";
    }
    for (const Word& argument : command.arguments)
      if (const std::string way = way_of(argument, values); way == "files")
        lines += at + " -F\n";
      else if (way != "text")
        lines += at + " -f" + fish_value(way).substr(3) + "\n";
  });
  return "# Completion of seawall for fish, written by `seawall completion fish`.\n\n"
         "set -g __seawall_places" +
         places + "\n\n" + std::string(fish_function) + lines;
}

}  // namespace seawall::cli

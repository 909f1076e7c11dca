package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
	"github.com/spf13/viper"
)

// settle gives the options that are not on the command line the values of the
// environment, or else of the config file.
func (p *program) settle(c *cobra.Command) error {
	file, err := p.configFile(c)
	if err != nil {
		return err
	}
	var wrong error
	c.Flags().VisitAll(func(f *pflag.Flag) {
		if f.Changed || f.Name == "help" || f.Name == "config" || wrong != nil {
			return
		}
		if value := p.getenv(variable(f.Name)); value != "" {
			if err := c.Flags().Set(f.Name, value); err != nil {
				wrong = usagef("%s=%q in the environment cannot be used: %v", variable(f.Name), value, cause(err))
			}
			return
		}
		if file == nil || !file.IsSet(f.Name) {
			return
		}
		value := file.GetString(f.Name)
		if f.Value.Type() == "stringSlice" {
			value = strings.Join(file.GetStringSlice(f.Name), ",")
		}
		if err := c.Flags().Set(f.Name, value); err != nil {
			wrong = usagef("%s: %q cannot be used for %s: %v", file.ConfigFileUsed(), value, f.Name, cause(err))
		}
	})
	return wrong
}

// variable is the environment's name for an option.
func variable(option string) string {
	return "CLUSTERGRAPH_" + strings.ToUpper(strings.ReplaceAll(option, "-", "_"))
}

// cause strips pflag's repetition of the option and its value.
func cause(err error) error {
	if inner := errors.Unwrap(err); inner != nil {
		return inner
	}
	return err
}

// configFile reads the config file: the named one, or the default one if it is
// there, else nil. A setting that no command knows is an error: it would be
// without effect, and nobody would know why.
func (p *program) configFile(c *cobra.Command) (*viper.Viper, error) {
	path, _ := c.Flags().GetString("config")
	if path == "" {
		path = p.getenv(variable("config"))
	}
	named := path != ""
	if !named {
		path = filepath.Join(p.folder("XDG_CONFIG_HOME", ".config"), "config.yaml")
	}
	if _, err := os.Stat(path); err != nil {
		if !named && errors.Is(err, fs.ErrNotExist) {
			return nil, nil
		}
		return nil, usagef("the config file %s cannot be read: %v", path, cause(err))
	}
	file := viper.New()
	file.SetConfigFile(path)
	if err := file.ReadInConfig(); err != nil {
		return nil, usagef("the config file %s cannot be read (by its name it should be YAML, TOML or JSON): %v", path, err)
	}
	known := settingNames(c.Root())
	for _, key := range file.AllKeys() {
		if slices.Contains(known, key) {
			continue
		}
		message := fmt.Sprintf("%s: there is no setting %q", path, key)
		if near := nearest(key, known); near != "" {
			message += fmt.Sprintf("; did you mean %q?", near)
		}
		return nil, usagef("%s (settings are named like options, without the --)", message)
	}
	return file, nil
}

// settingNames are the options of a command and all below it.
func settingNames(c *cobra.Command) []string {
	names := flagNames(c)
	for _, sub := range c.Commands() {
		names = append(names, settingNames(sub)...)
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// folder is clustergraph's own folder below the one that an XDG variable names,
// or else where the operating system keeps such things for a user.
func (p *program) folder(xdg, unix string) string {
	base := p.getenv(xdg)
	switch {
	case base != "":
	case runtime.GOOS == "windows":
		base = p.getenv("LOCALAPPDATA")
	case runtime.GOOS == "darwin":
		base = filepath.Join(p.getenv("HOME"), "Library", "Application Support")
	default:
		base = filepath.Join(p.getenv("HOME"), unix)
	}
	return filepath.Join(base, "clustergraph")
}
